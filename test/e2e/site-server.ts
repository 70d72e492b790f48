import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { FaultyServer } from '../support/faulty-server.ts';

/** Of `npm run build`, which has run before every page test. */
const BUILD = 'dist';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface SiteOptions {
  /** Folder that the site lies in, with slashes around it. */
  readonly base?: string;
  /** The version that is served now. */
  readonly version?: () => SiteVersion;
}

/** The site as it was built, or with changes to it. */
export interface SiteVersion {
  /** The built file that lies at a path; null for none. */
  builtAs(path: string): string | null;
  change(path: string, body: Buffer): Buffer;
}

export const AS_BUILT: SiteVersion = { builtAs: (path) => path, change: (_, body) => body };

/** The worker of the generator. */
export const WORKER = /assets\/worker-[^/]*\.js$/;

/**
 * The site whose generator's workers run `code` before their own, asked for with every worker. A route of the page's
 * does not always see the script of a second worker.
 */
export function withWorkerCode(code: () => string): SiteVersion {
  return {
    ...AS_BUILT,
    change: (path, body) => (WORKER.test(path) ? Buffer.concat([Buffer.from(`${code()}\n`), body]) : body),
  };
}

/** The built site on a host that can set no headers, such as a project's pages, with faults of its own. */
export function serveSite({ base = '/', version = () => AS_BUILT }: SiteOptions = {}): Promise<FaultyServer> {
  return FaultyServer.start(async (address) => {
    const path = normalize(decodeURIComponent(address)).slice(base.length) || 'index.html';
    if (!address.startsWith(base) || path.startsWith('..')) return undefined;
    const { builtAs, change } = version();
    const built = builtAs(path);
    const file = built === null ? undefined : await readFile(join(BUILD, built)).catch(() => undefined);
    if (file === undefined) return undefined;
    return {
      body: change(path, file),
      headers: { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', etag: `"${path}"` },
    };
  });
}
