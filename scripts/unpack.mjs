/**
 * The browser and the software Vulkan driver that come from npm (@sparticuz/chromium), unpacked on first use into
 * node_modules/.cache, so that every test runs on a Linux machine that has only Node and npm.
 */
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/elit-web/', import.meta.url));
const PACKAGE = join(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '../../..');

/** True where the package's binaries can run. */
export const supported = process.platform === 'linux' && process.arch === 'x64';

/**
 * SwiftShader, Vulkan in software, with the loader that finds it.
 * @returns {Promise<string>} the folder of libvulkan.so.1, libvk_swiftshader.so and vk_swiftshader_icd.json
 */
export function unpackSwiftShader() {
  return once(versioned('swiftshader'), (folder) => untar('swiftshader', folder));
}

/**
 * Chromium's headless shell with the libraries and fonts a bare machine lacks.
 * @returns {Promise<string>} the folder: `chromium`, `lib/`, `fonts.conf`, and SwiftShader's files beside it
 */
export function unpackChromium() {
  return once(versioned('chromium'), async (folder, home) => {
    const browser = join(folder, 'chromium');
    await Promise.all([
      pipeline(archive('chromium.br'), createBrotliDecompress(), createWriteStream(browser)),
      untar('al2023', folder),
      untar('swiftshader', folder),
      untar('fonts', folder),
    ]);
    await chmod(browser, 0o755);
    await writeFile(join(folder, 'fonts.conf'), fontsConf(home));
  });
}

/**
 * Fills a folder of the cache once. Two processes may try at the same time: each fills a folder of its own, and the
 * first to rename it wins.
 * @param {string} name
 * @param {(folder: string, home: string) => Promise<unknown>} fill gets the folder to fill and the one it will become
 * @returns {Promise<string>} the folder
 */
export async function once(name, fill) {
  const home = join(CACHE, name);
  if (existsSync(home)) return home;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${home}-`);
  try {
    await fill(folder, home);
    await rename(folder, home);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

/** What is unpacked from a package is unpacked again from its next version. @param {string} name */
function versioned(name) {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  return `${name}-${version}`;
}

/** @param {string} name */
function archive(name) {
  return createReadStream(join(PACKAGE, 'bin', name));
}

/** @param {string} name @param {string} folder */
function untar(name, folder) {
  return pipeline(archive(`${name}.tar.br`), createBrotliDecompress(), extract(folder));
}

/** @param {string} home */
function fontsConf(home) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts')}</dir>
  <cachedir>${join(dirname(home), 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
