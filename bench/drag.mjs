/**
 * A drag of the budget slider on the page itself, with the bundled model on WebGPU: how soon the picture follows is
 * measured by the page (src/ui/generation/drag-trace.ts).
 */

/** Enough steps that a slow device draws drafts while the slider moves. */
const STEPS = 20;
/** Between two moves of the pointer, ms. */
const PAUSE = 250;
const SLIDER = { thumb: 28, places: 16 };
/** For the model and the first picture, and for the picture after the drag, on a software GPU; ms. */
const PATIENCE = 180_000;

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address of the site
 * @param {number} moves
 * @param {{ figures: typeof import('./core/drag.ts').dragFigures } & typeof import('../src/ui/generation/drag-trace.ts')} tools
 */
export async function dragThePage(browser, address, moves, { figures, MOVE_TO_PIXELS, MOVE_TO_IMAGE }) {
  const page = await browser.newPage();
  try {
    await page.goto(new URL(`?backend=webgpu&steps=${STEPS}&guidance=1&budget=16`, address).href);
    const image = page.getByRole('img', { name: 'Generated image' });
    const finished = (/** @type {number} */ budget) =>
      image.and(page.locator(`[data-state="done"][data-settings*='"steps":${STEPS},"budget":${budget},']`));
    await finished(16).waitFor({ timeout: PATIENCE });
    const box = await page.getByRole('slider', { name: 'Budget' }).boundingBox();
    if (!box) throw new Error('the page shows no budget slider');
    const to = (/** @type {number} */ budget) =>
      page.mouse.move(
        box.x + SLIDER.thumb / 2 + ((box.width - SLIDER.thumb) * (budget - 1)) / (SLIDER.places - 1),
        box.y + box.height / 2,
      );
    await to(16);
    await page.mouse.down();
    for (let move = 1; move <= moves; move++) {
      await page.waitForTimeout(PAUSE);
      await to(16 - move);
    }
    await page.mouse.up();
    await finished(16 - moves).waitFor({ timeout: PATIENCE });
    const measures = await page.evaluate(
      (names) =>
        names.map((name) =>
          performance.getEntriesByName(name).map((entry) => {
            const { duration, detail } = /** @type {PerformanceMeasure} */ (entry);
            return { duration, detail };
          }),
        ),
      [MOVE_TO_PIXELS, MOVE_TO_IMAGE],
    );
    const [firstPixels = [], images = []] = measures;
    return figures(moves, STEPS, firstPixels, images);
  } finally {
    await page.close();
  }
}
