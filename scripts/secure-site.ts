import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { contentPolicy, securityHeaders } from '../src/service-worker/headers.ts';
import type { Precache, PrecachedFile } from '../src/service-worker/precache.ts';

const SERVICE_WORKER = 'service-worker.js';
const ENTRY = fileURLToPath(new URL('../src/service-worker/service-worker.ts', import.meta.url));

/** Gives the built pages their policy, the preview server its headers, and the site its service worker. */
export function secureSite(): Plugin[] {
  let outDir = '';
  return [
    {
      name: 'elit-web:policy',
      apply: 'build',
      transformIndexHtml: {
        order: 'post',
        handler: (_, { filename }) => [
          {
            tag: 'meta',
            attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy(basename(filename), 'meta') },
            injectTo: 'head-prepend',
          },
        ],
      },
    },
    {
      name: 'elit-web:headers',
      configurePreviewServer: ({ middlewares }) => {
        middlewares.use(({ url = '/' }, response, next) => {
          const path = new URL(url, 'http://localhost').pathname;
          for (const [name, value] of Object.entries(securityHeaders(basename(path)))) response.setHeader(name, value);
          next();
        });
      },
    },
    {
      name: 'elit-web:service-worker',
      apply: 'build',
      configResolved: (config) => {
        outDir = resolve(config.root, config.build.outDir);
      },
      closeBundle: async () => {
        const precache = await describeSite(outDir);
        await build({
          configFile: false,
          publicDir: false,
          logLevel: 'warn',
          define: { __PRECACHE__: JSON.stringify(precache) },
          build: {
            outDir,
            emptyOutDir: false,
            rolldownOptions: { input: ENTRY, output: { format: 'iife', entryFileNames: SERVICE_WORKER } },
          },
        });
      },
    },
  ];
}

/** What the page needs to draw without a network, but for its model. */
async function describeSite(outDir: string): Promise<Precache> {
  const paths = await reachable(outDir, 'index.html');
  const files: PrecachedFile[] = [];
  for (const path of paths.toSorted()) {
    const integrity = `sha256-${createHash('sha256')
      .update(await readFile(join(outDir, path)))
      .digest('base64')}`;
    const isRuntime = basename(path).startsWith('ort-');
    files.push({ path: path === 'index.html' ? '' : path, integrity, isRuntime });
  }
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}

/**
 * The files that `start` names, by name or by path without the extension, and those that they name: other pages of the
 * site bring files that it never asks for.
 */
async function reachable(outDir: string, start: string): Promise<string[]> {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const all = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(outDir.length + 1)
        .split(sep)
        .join('/'),
    )
    .filter((path) => !path.startsWith('models/') && !path.endsWith('.html') && path !== SERVICE_WORKER);
  const found = [start];
  for (const path of found) {
    const text = await readFile(join(outDir, path), 'latin1');
    const isNamed = (other: string) => text.includes(basename(other)) || text.includes(other.replace(/\.[^./]+$/, ''));
    found.push(...all.filter((other) => !found.includes(other) && isNamed(other)));
  }
  return found;
}
