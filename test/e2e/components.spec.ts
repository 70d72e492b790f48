import { expect, type Page, test } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { expectAccessible } from './axe.ts';

/** Every component alone in an otherwise empty page: it takes properties, fires events, and names itself. */

test.afterEach(async ({ page }) => {
  await expectAccessible(page, { within: 'main' });
});

test('budget slider: says what a budget means, fires while it moves', async ({ page }) => {
  await mount(page, 'elit-budget-slider', { value: 4, groups: 4, flopShare: Array(16).fill(0.5) }, 'budget-change');
  const slider = page.getByRole('slider', { name: 'Budget' });
  await expect(page.locator('main')).toContainText(/16 of 64 tokens\s*50 % of full FLOPs/);
  await slider.press('ArrowRight');
  await slider.press('End');
  expect(await fired(page)).toEqual([5, 16]);
  await expect(slider).toHaveAttribute(
    'aria-valuetext',
    '16 of 16 latents per group · 64 of 64 tokens · 50 % of full FLOPs',
  );
});

test('budget slider: without a model it promises nothing, and it shows the nearest place of a value outside', async ({
  page,
}) => {
  await mount(page, 'elit-budget-slider', { value: 17 }, 'budget-change');
  await expect(page.getByRole('slider')).toHaveAttribute('aria-valuetext', '16 of 16 latents per group');
});

test('device panel: asks for the limits of the device when it is opened, and tells that of the budget', async ({
  page,
}) => {
  const decoder = { backend: 'webgpu', why: null };
  const info = {
    ...{ name: 'emoji', hash: '0123456789abcdef', backend: 'webgpu', adapter: 'a GPU', tier: 'f32', decoder },
    memoryBytes: 38_000_000,
  };
  await mount(page, 'elit-device-panel', { info, budget: 2 }, 'limits-request');
  expect(await fired(page)).toEqual([]);
  await page.locator('main summary').click();
  await expect(page.getByText('being measured')).toBeVisible();
  expect(await page.locator('main dl').innerText()).toMatch(
    /emoji\s+0123456789abcdef[\s\S]*a GPU[\s\S]*f32[\s\S]*our kernels[\s\S]*38\.0 MB[\s\S]*elit-web \d+\.\d+\.\d+/,
  );
  expect(await fired(page)).toHaveLength(1);
  await page.evaluate(() => {
    const device = { flops: 28.2e9, bandwidth: 2.81e9, launchMs: 0.0229 };
    document.querySelector('elit-device-panel')!.limits = { device, forwardMs: [14.8, 49.8] };
  });
  await expect(page.locator('main dl')).toContainText(/Fastest possible step\s*50 ms at budget 2, without guidance/);
  await expect(page.locator('main dl')).toContainText('28.2 GFLOP/s, 2.81 GB/s and 22.9 µs a launch, measured here');
  await page.evaluate(() => {
    document.querySelector('elit-device-panel')!.limits = null; // another model, or another device
  });
  await expect(page.getByText('being measured')).toBeVisible();
  expect(await fired(page)).toHaveLength(2);
});

test('number field: passes on what is typed, also what is out of range, and an empty field when it is left', async ({
  page,
}) => {
  await mount(page, 'elit-number-field', { label: 'Steps', value: 20, min: 1, max: 1000 }, 'value-change');
  const field = page.getByRole('spinbutton', { name: 'Steps' });
  await field.fill('8');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await field.fill('0');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.fill('');
  await field.blur();
  await field.fill('3');
  await field.press('ArrowUp');
  expect(await fired(page)).toEqual([8, 0, Number.NaN, 3, 4]);
});

test('number field: the buttons step along the grid and stop at the ends', async ({ page }) => {
  await mount(page, 'elit-number-field', { label: 'Guidance', value: 0.7, min: 0, max: 1, step: 0.5 }, 'value-change');
  const more = page.locator('main button').last();
  await more.click();
  await more.click();
  expect(await fired(page)).toEqual([1]);
});

test('subject picker: takes the pointer, a name typed in full, and nothing else', async ({ page }) => {
  const subjects = ['cat', 'cat face', 'dog'].map((name) => ({
    name,
    label: name,
    kind: 'concept',
    category: 'animal',
  }));
  await mount(page, 'elit-subject-picker', { subjects, value: 'dog' }, 'subject-change');
  const field = page.getByRole('combobox', { name: 'Subject' });
  await field.click();
  await expect(page.getByRole('option', { name: 'dog' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('option', { name: 'cat face' }).click();
  await expect(field).toHaveValue('cat face');
  await field.fill('Cat');
  await field.blur();
  await expect(field).toHaveValue('cat');
  await field.fill('ca');
  await field.blur();
  await expect(field).toHaveValue('cat');
  expect(await fired(page)).toEqual(['cat face', 'cat']);
});

test('subject picker: arrows go through the list and stop at its ends', async ({ page }) => {
  const subjects = ['a1', 'a2', 'a3'].map((name) => ({ name, label: name, kind: 'concept', category: 'letters' }));
  await mount(page, 'elit-subject-picker', { subjects, value: 'a1' }, 'subject-change');
  const field = page.getByRole('combobox');
  await field.focus();
  for (const key of ['ArrowDown', 'ArrowUp', 'ArrowDown', 'PageDown']) await field.press(key);
  await expect(field).toHaveAttribute('aria-activedescendant', 'option-2');
  await field.press('PageUp');
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-expanded', 'false');
  expect(await fired(page)).toEqual(['a2']);
});

test('style picker: one stop for the keyboard, whose arrows choose; plain without pictures', async ({ page }) => {
  await mount(page, 'elit-style-picker', { names: ['noto', 'twemoji', 'any'], value: 'noto' }, 'style-change');
  const style = (name: string) => page.getByRole('group', { name: 'Style' }).getByRole('radio', { name, exact: true });
  await page.keyboard.press('Tab');
  for (let stops = 0; stops < 9 && !(await style('noto').evaluate((radio) => radio.matches(':focus'))); stops++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowRight');
  await expect(style('twemoji')).toBeChecked();
  await expect(style('twemoji')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(style('any')).not.toBeFocused();
  await style('any').check();
  await expect(style('any')).toBeChecked();
  await expect(page.locator('main img')).toHaveCount(0);
  expect(await fired(page)).toEqual(['twemoji', 'any']);
});

test('style picker: many styles stay in one row, in which the chosen one comes into view', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const names = Array.from({ length: 12 }, (_, i) => `style-${i}`);
  await mount(page, 'elit-style-picker', { names, value: 'style-9' }, '');
  const picker = page.locator('elit-style-picker');
  const seen = (name: string) => page.getByText(name, { exact: true });
  await expect(seen('style-9')).toBeInViewport({ ratio: 1 });
  await expect(seen('style-0')).not.toBeInViewport();
  const height = (await picker.boundingBox())?.height;
  await page.evaluate(() => {
    document.querySelector('elit-style-picker')!.value = 'style-0';
  });
  await expect(seen('style-0')).toBeInViewport({ ratio: 1 });
  await page.evaluate(() => {
    document.querySelector('elit-style-picker')!.names = [];
  });
  expect((await picker.boundingBox())?.height).toBe(height);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('style picker: a style that the model lacks stands first, and chosen', async ({ page }) => {
  await mount(page, 'elit-style-picker', { names: ['noto', 'any'], value: 'crayon' }, 'style-change');
  const styles = page.getByRole('group', { name: 'Style' }).getByRole('radio');
  await expect(styles).toHaveCount(3);
  await expect(styles.first()).toBeChecked();
  await expect(styles.first()).toHaveAccessibleName('crayon');
});

test('style picker: every style has its part of the picture, and none when the picture does not arrive', async ({
  page,
}) => {
  const colours = [
    [255, 0, 0, 255],
    [0, 255, 0, 255],
  ];
  const picture = encode({ width: 2, height: 1, channels: 4, data: Uint8Array.from(colours.flat()) });
  let requests = 0;
  await page.route('**/styles.png', (route) => {
    requests += 1;
    return route.fulfill({ body: Buffer.from(picture), contentType: 'image/png' });
  });
  await mount(page, 'elit-style-picker', { names: ['noto', 'any'], value: 'any', pictures: 'styles.png' }, '');
  const pictures = page.locator('main img');
  await expect(pictures).toHaveCount(2);
  for (const [i, colour] of colours.entries()) {
    await expect.poll(() => pictures.nth(i).evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(2);
    const { data } = decode(await pictures.nth(i).screenshot());
    expect(Array.from(data.subarray(0, 3))).toEqual(colour.slice(0, 3));
  }
  expect(requests).toBe(1);

  await page.route('**/gone.png', (route) => route.fulfill({ status: 404 }));
  await page.evaluate(() => {
    document.querySelector('elit-style-picker')!.pictures = 'gone.png';
  });
  await expect(pictures).toHaveCount(0);
  await expect(page.getByRole('group', { name: 'Style' }).getByRole('radio')).toHaveCount(2);
});

test('progress: has a name, a value in words, and a way out', async ({ page }) => {
  const properties = { label: 'Downloading the weights', amount: '10.5 of 42.2 MB', fraction: 0.25 };
  await mount(page, 'elit-progress', properties, 'cancel-request');
  const bar = page.getByRole('progressbar', { name: 'Downloading the weights' });
  await expect(bar).toHaveAttribute('aria-valuenow', '25');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await fired(page)).toHaveLength(1);
});

test('latency: milliseconds for the ear, seconds for the eye when there are many', async ({ page }) => {
  const timing = { total: 12_345, sampling: 12_000, decoding: 300 };
  await mount(page, 'elit-latency', { timing, source: 'on WebGPU' }, 'none');
  await expect(page.getByRole('status')).toHaveText(
    /^Drawn in 12345 ms on WebGPU: sampling 12000 ms, decoding 300 ms$/,
  );
  await expect(page.locator('main')).toContainText('12.3 s');
});

test('latency: the median of pictures that cost the same, how far they spread, and a bar for each', async ({
  page,
}) => {
  await mount(page, 'elit-latency', { source: 'on WebGPU' }, 'none');
  const draw = (total: number, runKey: string) =>
    page.evaluate(
      ([total, runKey]) => {
        const latency = document.querySelector('elit-latency')!;
        Object.assign(latency, { runKey, timing: { total, sampling: total - 20, decoding: 20 } });
        return latency.updateComplete;
      },
      [total, runKey] as const,
    );
  for (const total of [90, 70, 400]) await draw(total, 'budget 8');
  await expect(page.locator('main')).toContainText(/90 ms\s*median of 3: 70–400 ms/);
  await draw(30, 'budget 1');
  await expect(page.locator('main')).toContainText(/30 ms\s*on WebGPU/);
  await expect(page.locator('main rect')).toHaveCount(4);
  await expect(page.locator('main rect[data-alike]')).toHaveCount(1);
});

test('image view: keeps the finished image under a preview, and says what that is', async ({ page }) => {
  await mount(page, 'elit-image-view', {}, 'none');
  const canvas = page.getByRole('img', { name: 'Generated image' });
  const shown = () =>
    page.evaluate(() => {
      const view = document.querySelector('elit-image-view')!;
      const context = view.shadowRoot!.querySelector('canvas')!.getContext('2d')!;
      return Array.from(context.getImageData(0, 0, 1, 1).data);
    });
  await page.evaluate(async () => {
    const view = document.querySelector('elit-image-view')!;
    const pixel = (red: number) => ({ width: 1, height: 1, data: new Uint8ClampedArray([red, 0, 0, 255]) });
    view.image = { ...pixel(10), backend: 'webgpu', settings: { seed: 7 } } as NonNullable<typeof view.image>;
    view.preview = pixel(20);
    view.label = 'Draft, 6 steps';
    await view.updateComplete;
  });
  expect(await shown()).toEqual([20, 0, 0, 255]);
  await expect(page.getByText('Draft, 6 steps')).toBeVisible();
  await page.evaluate(async () => {
    const view = document.querySelector('elit-image-view')!;
    view.preview = null;
    await view.updateComplete;
  });
  expect(await shown()).toEqual([10, 0, 0, 255]);
  await expect(canvas).toHaveAttribute('data-settings', '{"seed":7}');
});

test('error notice: asks to try again', async ({ page }) => {
  const error = { code: 'worker-failed', message: 'It stopped.', hint: 'Load again.' };
  await mount(page, 'elit-error-notice', { error }, 'retry');
  await page.getByRole('button', { name: 'Try again' }).click();
  expect(await fired(page)).toHaveLength(1);
});

test('error notice: where there is no clipboard, the details are selected instead', async ({ page }) => {
  const error = { code: 'internal', message: 'Broken.', hint: 'Report it.' };
  await mount(page, 'elit-error-notice', { error, context: 'browser: some' }, 'retry');
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Copy details' }).click();
  await expect(page.getByRole('button', { name: 'Selected: press Ctrl+C' })).toBeVisible();
  expect(await page.evaluate(() => String(getSelection()))).toContain('internal: Broken.');
});

/** Puts one component into the page in place of the studio, and notes the details of its events. */
async function mount(page: Page, tag: string, properties: object, event: string): Promise<void> {
  await page.goto('./?backend=none');
  await page.evaluate(
    ([tag, properties, event]) => {
      const element = Object.assign(document.createElement(tag), properties);
      const fired: unknown[] = [];
      Object.assign(window, { fired });
      element.addEventListener(event, (happened) => fired.push((happened as CustomEvent).detail));
      document.querySelector('main')!.replaceChildren(element);
    },
    [tag, properties, event] as const,
  );
}

function fired(page: Page): Promise<unknown[]> {
  return page.evaluate(() => (window as { fired?: unknown[] }).fired ?? []);
}
