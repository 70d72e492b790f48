import { expect, type Locator, type Page } from '@playwright/test';
import type { Settings } from '../../src/generator/types.ts';

/** The cheapest settings that still go through everything: four steps, no guidance. */
export const QUICK = 'backend=webgpu&steps=4&guidance=1';

/** The page as a user meets it: by roles and names. */
export class StudioPage {
  readonly page: Page;
  readonly image: Locator;
  readonly budget: Locator;
  readonly subject: Locator;
  /** In the subject's place where the model reads text. */
  readonly prompt: Locator;
  /** Whichever of both the model has. */
  readonly wanted: Locator;
  /** The button of the chosen style. */
  readonly style: Locator;
  readonly seed: Locator;
  readonly steps: Locator;
  readonly guidance: Locator;
  readonly newSeed: Locator;
  readonly status: Locator;
  readonly alert: Locator;
  readonly cancel: Locator;
  readonly progress: Locator;
  /** Whatever the console said at level warning or above, and uncaught errors. */
  readonly complaints: string[] = [];

  /** @param visits 'many' is with the service worker, which on a second visit answers before a test's own routes */
  constructor(page: Page, visits: 'one' | 'many' = 'one') {
    this.page = page;
    // Sent before whatever the test does next, which waits for it.
    if (visits === 'one') void page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
    this.image = page.getByRole('img', { name: 'Generated image' });
    this.budget = page.getByRole('slider', { name: 'Budget' });
    this.subject = page.getByRole('combobox', { name: 'Subject' });
    this.prompt = page.getByRole('combobox', { name: 'Prompt' });
    this.wanted = this.subject.or(this.prompt);
    this.style = page.getByRole('group', { name: 'Style' }).getByRole('radio', { checked: true });
    this.seed = page.getByRole('spinbutton', { name: 'Seed' });
    this.steps = page.getByRole('spinbutton', { name: 'Steps' });
    this.guidance = page.getByRole('spinbutton', { name: 'Guidance' });
    this.newSeed = page.getByRole('button', { name: 'New seed' });
    this.status = page.getByRole('status');
    this.alert = page.getByRole('alert');
    this.cancel = page.getByRole('button', { name: 'Cancel' });
    this.progress = page.getByRole('progressbar');
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) this.complaints.push(message.text());
    });
  }

  chooseStyle(name: string): Promise<void> {
    return this.page.getByRole('group', { name: 'Style' }).getByRole('radio', { name, exact: true }).check();
  }

  /** Waits until the image is finished and shows `wanted`; returns all of its settings. */
  async drawn(wanted: Partial<Settings> = {}): Promise<Settings> {
    await expect
      .poll(async () => ({ state: await this.state(), settings: await this.settings() }), { timeout: 90_000 })
      .toMatchObject({ state: 'done', settings: wanted });
    await expect(this.image).toHaveAttribute('data-backend', 'webgpu');
    return (await this.settings())!;
  }

  state(): Promise<string | null> {
    return this.image.getAttribute('data-state');
  }

  async settings(): Promise<Settings | null> {
    const json = await this.image.getAttribute('data-settings');
    return json === null ? null : (JSON.parse(json) as Settings);
  }

  /** Waits for an error in words: the heading and the text have to hold `words`. */
  async failed(words: RegExp): Promise<void> {
    await expect(this.alert).toContainText(words, { timeout: 60_000 });
    await expect(this.image).toHaveAttribute('data-state', 'error');
  }

  /** What is on the canvas: RGBA8, straight alpha. */
  async pixels(): Promise<number[]> {
    return this.image.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return Array.from(data);
    });
  }
}
