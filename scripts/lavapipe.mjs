/**
 * Lavapipe, Mesa's Vulkan in software, which has what SwiftShader lacks: 16 bit arithmetic and subgroups (of 8).
 * It comes from Debian 13 (trixie), out of whichever Debian mirror the system's apt knows: apt fetches and checks the
 * packages, dpkg-deb unpacks them into node_modules/.cache, and nothing on the system changes. 57 MB, about 6 s.
 *
 * The drivers want Debian 13's C library, so Node has to be started by that library's own loader: `execPath` is a
 * script that does so.
 *
 *   npm run test:f16                                   the tests of what SwiftShader cannot run
 *   ELIT_GPU=lavapipe npm run test:kernels -- matmul   any kernel test on it
 *   ELIT_GPU=lavapipe npm run generate -- …            any program of scripts/run.mjs on it
 *   node scripts/lavapipe.mjs                          only sets it up, and says what to start programs with
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { once, supported } from './unpack.mjs';

const SUITE = 'trixie';
const PACKAGES = ['mesa-vulkan-drivers', 'libvulkan1', 'libstdc++6'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Longest that any command may take, ms: a network that hangs is no network. */
const LIMIT = 120_000;

const run = promisify(execFile);

/**
 * Sets lavapipe up where that has not been done yet.
 * @returns {Promise<import('./vulkan.mjs').Driver>} rejects with the reason where it cannot be had
 */
export async function lavapipe() {
  if (!supported) throw new Error('Lavapipe is set up on Linux x64 only.');
  const home = await once(`lavapipe-${SUITE}`, fill).catch((error) => {
    throw new Error(`Lavapipe could not be fetched from Debian: ${reason(error)}`, { cause: error });
  });
  const icd = join(home, 'root/usr/share/vulkan/icd.d/lvp_icd.json');
  return { env: { VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd }, execPath: join(home, 'node') };
}

/** @param {string} folder @param {string} home */
async function fill(folder, home) {
  const apt = join(folder, 'apt');
  await fetchPackages(apt);
  const archives = join(apt, 'archives');
  const root = join(folder, 'root');
  for (const name of await readdir(archives)) {
    if (name.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(archives, name), root], { timeout: LIMIT });
  }
  await rm(apt, { recursive: true });
  await writeFile(join(folder, 'node'), starter(join(home, 'root/usr/lib/x86_64-linux-gnu')));
  await chmod(join(folder, 'node'), 0o755);
}

/** Lets apt download the packages and all they need, with lists and caches of its own in `folder`. */
async function fetchPackages(/** @type {string} */ folder) {
  for (const name of ['lists/partial', 'archives/partial']) await mkdir(join(folder, name), { recursive: true });
  const list = join(folder, 'sources.list');
  await writeFile(list, `deb [signed-by=${KEYRING}] ${await mirror()} ${SUITE} main\n`);
  await writeFile(join(folder, 'status'), ''); // nothing is installed: every library is fetched
  const settings = {
    'Dir::State': folder,
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': '',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::http::Timeout': '15',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await run('apt-get', [...options, 'update'], { timeout: LIMIT });
  await run('apt-get', [...options, 'install', '--download-only', '--yes', ...PACKAGES], { timeout: LIMIT });
}

/** The Debian mirror that the system's apt uses. */
async function mirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  for (const file of ['/etc/apt/sources.list', ...files]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = text.replaceAll(/^\s*#.*$/gm, '').match(/\bhttps?:\/\/\S+\/debian\/?(?=\s|$)/);
    if (found) return found[0];
  }
  throw new Error('the system’s apt knows no Debian mirror.');
}

/** @param {string} libraries */
function starter(libraries) {
  const words = [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries, process.execPath];
  return `#!/bin/sh\nexec ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')} "$@"\n`;
}

/** The line of a failed command's output that says why. @param {unknown} error */
function reason(error) {
  const { message = String(error), stderr = '' } = /** @type {{ message?: string, stderr?: string }} */ (error);
  return stderr.split('\n').find((line) => line.startsWith('E: ')) ?? message.split('\n')[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await lavapipe(), null, 2)}\n`);
}
