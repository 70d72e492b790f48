import type { Page } from '@playwright/test';
import { smallModel } from '../support/small-model.ts';
import { smallTextModel } from '../support/small-text-model.ts';

/** Serves the small model beside the page. Its address, relative to the page. */
export async function serveSmallModel(page: Page): Promise<string> {
  return serve(page, 'small', await smallModel());
}

/** The same for the one that reads text. */
export async function serveSmallTextModel(page: Page): Promise<string> {
  return serve(page, 'small-text', await smallTextModel());
}

async function serve(page: Page, folder: string, files: ReadonlyMap<string, Buffer>): Promise<string> {
  await page.route(`**/models/${folder}/*`, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
    const body = files.get(name);
    return body ? route.fulfill({ body, contentType: contentType(name) }) : route.fulfill({ status: 404 });
  });
  return `models/${folder}/`;
}

function contentType(name: string): string {
  return name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}
