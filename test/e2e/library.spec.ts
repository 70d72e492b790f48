import { expect, test } from '@playwright/test';

test('the built library draws in a page that has nothing of ours', async ({ page }) => {
  await page.route('**/own-page.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>own</title>' }),
  );
  await page.goto('./own-page.html');
  const image = await page.evaluate(async () => {
    const library = new URL('lib/elit-web.js', location.href).href;
    const { Generator }: typeof import('../../src/index.ts') = await import(library);
    const generator = await Generator.load('models/emoji-128/', { backend: 'webgpu' });
    const request = { subject: 'cat face', style: 'noto', seed: 7, steps: 1, budget: 1, guidance: 1 };
    const { width, height, data, backend } = await generator.generate(request);
    generator.dispose();
    return { width, height, opaque: data.filter((_, i) => i % 4 === 3).some((alpha) => alpha > 0), backend };
  });
  expect(image).toEqual({ width: 128, height: 128, opaque: true, backend: 'webgpu' });
});
