import type { Page } from '@playwright/test';
import { smallModel } from '../support/small-model.ts';

/** Serves the small model beside the page. Its address, relative to the page. */
export async function serveSmallModel(page: Page): Promise<string> {
  const files = await smallModel();
  await page.route('**/models/small/*', (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
    const body = files.get(name);
    return body ? route.fulfill({ body, contentType: contentType(name) }) : route.fulfill({ status: 404 });
  });
  return 'models/small/';
}

function contentType(name: string): string {
  return name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}
