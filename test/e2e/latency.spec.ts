import { expect, test } from '@playwright/test';
import { openWithFake } from './fake-engine.ts';

/** The readout as pictures come, without the model. */

for (const size of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`sums up pictures of the same settings, and moves nothing: ${size.width} px`, async ({ page }, info) => {
    await page.setViewportSize(size);
    const studio = await openWithFake(page, { stepMs: 1 });
    await studio.drawn({ budget: 8 });
    const readOut = page.locator('elit-latency');
    await expect(readOut).toContainText('on WebGPU');
    const before = await studio.budget.boundingBox();
    for (let i = 0; i < 4; i++) {
      await studio.newSeed.click();
      await studio.drawn({ seed: Number(await studio.seed.inputValue()) });
    }
    await expect(readOut).toContainText(/42 ms\s*median of 5: 42–42 ms/);
    await page.evaluate(() => scrollTo(0, 0)); // the button was further down
    expect(await studio.budget.boundingBox()).toEqual(before);
    await page.screenshot({ path: info.outputPath('latency.png') });
    await studio.steps.fill('10');
    await studio.drawn({ steps: 10 });
    await expect(readOut).toContainText(/32 ms\s*on WebGPU/);
    await expect(readOut.locator('rect[data-alike]')).toHaveCount(1);
    expect(await readOut.locator('rect').count()).toBeGreaterThanOrEqual(6);
  });
}
