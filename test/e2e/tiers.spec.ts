import { expect, test } from '@playwright/test';
import { beforeWorkers } from './in-workers.ts';
import { QUICK, StudioPage } from './studio-page.ts';

/** A graphics driver that makes every result of a product 5 % too large, where the kernel's code has `words` in it. */
const wrongProducts = (words: string) => `{
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const { label, code } = descriptor;
    if (!label.startsWith('matmul') || !code.includes('${words}')) return create.call(this, descriptor);
    return create.call(this, { ...descriptor, code: code.replaceAll(/\\bout(\\[.*\\]) = (.*);/g, 'out$1 = 1.05 * ($2);') });
  };
}`;
const ONE_STEP = QUICK.replace('steps=4', 'steps=1');

test('a GPU whose subgroups compute wrongly draws without them, and the page says so', async ({ page }) => {
  await beforeWorkers(page, wrongProducts('enable subgroups'));
  const studio = new StudioPage(page);
  await page.goto(`./?${ONE_STEP}&budget=1`);
  await studio.drawn({ budget: 1, steps: 1 });
  await expect(page.getByText('This GPU gets subgroup operations wrong')).toBeVisible();
  await studio.seed.fill('-1');
  await expect(studio.alert).toContainText(
    /not used: \S*subgroups, because: The GPU computes \S+ where \S+ is right, in “matmul/,
  );
  expect(studio.complaints).toEqual([]);
});

test('a GPU that computes wrongly altogether draws nothing, where it has to be this one', async ({ page }) => {
  await beforeWorkers(page, wrongProducts(''));
  const studio = new StudioPage(page);
  await page.goto(`./?${ONE_STEP}&budget=1`);
  await studio.failed(/This GPU computes wrongly.*in “matmul.*backend=wasm/s);
  expect(studio.complaints).toEqual([]);
});
