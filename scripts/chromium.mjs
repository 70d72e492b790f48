/**
 * The browser the page tests run in: the one at CHROME_PATH, else the system's Chrome where there is a GPU for it,
 * else Chromium's headless shell from npm on SwiftShader, which needs nothing from the system.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { supported, unpackChromium } from './unpack.mjs';
import { probeAdapter } from './vulkan.mjs';

const QUIET = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
];
const SOFTWARE = ['--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader'];
const HARDWARE = ['--ignore-gpu-blocklist', ...(process.platform === 'linux' ? ['--enable-features=Vulkan'] : [])];

/**
 * How to launch the browser, in the words of Playwright's `launchOptions`.
 * @returns {Promise<{ executablePath: string, args: string[], env: Record<string, string> }>}
 */
export async function chromium() {
  const gpu = await hasGpu();
  const args = ['--no-sandbox', '--enable-unsafe-webgpu', ...(gpu ? HARDWARE : SOFTWARE), ...QUIET];
  const installed = process.env.CHROME_PATH ?? (gpu || !supported ? systemChrome() : undefined);
  if (installed) return { executablePath: installed, args, env: environment() };
  if (supported) return fromNpm(args);
  throw new Error('No browser found. Install Chrome, or name a Chromium with CHROME_PATH=/path/to/chrome.');
}

/** @param {string[]} args */
async function fromNpm(args) {
  const home = await unpackChromium();
  const libraries = [join(home, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  const env = { ...environment(), LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(home, 'fonts.conf') };
  return { executablePath: join(home, 'chromium'), args, env };
}

/** Linux is asked through Dawn; elsewhere every machine has a GPU that Chrome can use. */
async function hasGpu() {
  if (process.env.ELIT_GPU) return process.env.ELIT_GPU !== 'software';
  if (process.platform !== 'linux') return true;
  const adapter = await probeAdapter(process.env).catch(() => null);
  return adapter !== null && !adapter.software;
}

function systemChrome() {
  return candidates().find((path) => existsSync(path));
}

/** @returns {string[]} where Chrome lies when it is installed */
function candidates() {
  if (process.platform === 'darwin') return ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
    return roots.flatMap((root) => (root ? [join(root, 'Google/Chrome/Application/chrome.exe')] : []));
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['google-chrome', 'google-chrome-stable', 'chromium'].flatMap((name) => folders.map((at) => join(at, name)));
}

function environment() {
  return /** @type {Record<string, string>} */ ({ ...process.env });
}
