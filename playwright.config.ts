import { createServer } from 'node:net';
import { defineConfig } from '@playwright/test';
import { chromium } from './scripts/chromium.mjs';

/**
 * The page tests drive the built site, served from a folder below the root as on a project's pages:
 * `page.goto('./')`. Build and server start by themselves, on a free port.
 */
process.env.ELIT_PORT ??= String(await freePort());
const site = `http://127.0.0.1:${process.env.ELIT_PORT}/some/folder/`;

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  reporter: [['list']],
  workers: 1, // the software GPU takes every core there is
  forbidOnly: true,
  retries: 1, // npm test names every test that needed it
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: site,
    viewport: { width: 1280, height: 800 },
    launchOptions: await chromium(),
    screenshot: 'only-on-failure',
  },
  webServer: {
    // The library lies beside the site for its own test.
    command: `npm run build && npm run build:lib -- --outDir dist/lib && npm run preview -- --base /some/folder/ --host 127.0.0.1 --port ${process.env.ELIT_PORT} --strictPort`,
    url: site,
    timeout: 120_000,
  },
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
