import type { Page } from '@playwright/test';

/** Runs `code` in every generator's worker of the page before its own. */
export async function beforeWorkers(page: Page, code: string): Promise<void> {
  await page.route(/\/assets\/worker-.*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

export const NO_WEBGPU = `Reflect.deleteProperty(WorkerNavigator.prototype, 'gpu');`;
export const NO_ADAPTER = 'GPU.prototype.requestAdapter = async () => null;';

/** The software GPU of the tests under another name, so that nothing is measured, and a hold on its device. */
export const AS_HARDWARE = `{
  const info = { vendor: 'test', architecture: '', device: '', description: '', isFallbackAdapter: false };
  Object.defineProperty(GPUAdapter.prototype, 'info', { get: () => info });
  const open = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...descriptor) {
    return (self.device = await open.apply(this, descriptor));
  };
}`;

/** Has this very site answer under a name that is neither localhost nor https; returns its address. */
export async function insecureSite(page: Page, baseURL: string): Promise<string> {
  await page.route('http://elit.test/**', async (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    await route.fulfill({ response: await route.fetch({ url: new URL(path, baseURL).href }) });
  });
  return 'http://elit.test/';
}
