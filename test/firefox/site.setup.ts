import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the built page. */
    site: string;
  }
}

/** Builds the page and serves it, on a free port, for as long as the tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'elit-web-'));
  const shared = { configFile: 'vite.config.ts', logLevel: 'error', mode: 'production' } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true } });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error('the preview server has no address');
  project.provide('site', address);
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true });
  };
}
