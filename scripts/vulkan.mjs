/**
 * Which Vulkan Dawn for Node gets. Dawn loads `libvulkan.so.1` when it starts, so the choice is made in the
 * environment of a process before that process begins.
 *
 * ELIT_GPU=software takes SwiftShader even where there is a GPU, ELIT_GPU=lavapipe takes Mesa's software driver (see
 * lavapipe.mjs), and ELIT_GPU=system takes neither.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lavapipe } from './lavapipe.mjs';
import { supported, unpackSwiftShader } from './unpack.mjs';

/**
 * @typedef {object} Driver how to start a Node process in which Dawn finds an adapter
 * @property {Record<string, string>} env what to add to its environment
 * @property {string} execPath the Node to start
 */
/** @typedef {{ name: string, software: boolean, features: string[] }} Adapter */

/** Asks Dawn, in a process of its own, for an adapter; prints its name, whether the CPU plays it, and its features. */
const PROBE = `
  import { create } from 'webgpu';
  const adapter = await create([]).requestAdapter();
  const found = adapter && {
    name: adapter.info.description || adapter.info.device,
    software: adapter.info.isFallbackAdapter,
    features: [...adapter.features],
  };
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
`;

/**
 * The adapter that Dawn finds in an environment.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [execPath]
 * @returns {Promise<Adapter | null>} null where there is none
 */
export async function probeAdapter(env, execPath = process.execPath) {
  const cwd = import.meta.dirname;
  const { stdout } = await promisify(execFile)(execPath, ['--input-type=module', '-e', PROBE], { env, cwd });
  return JSON.parse(stdout);
}

/**
 * The driver to use: the system's where it has one, else one in software.
 * @returns {Promise<Driver & { adapter: string }>}
 */
export async function vulkan() {
  if (process.env.ELIT_GPU === 'lavapipe') return proven(await lavapipe(), 'lavapipe');
  if (process.env.ELIT_GPU !== 'software') {
    const adapter = await systemAdapter();
    if (adapter) return { ...SYSTEM, adapter: adapter.name };
  }
  return proven({ env: await softwareEnv(), execPath: process.execPath }, 'SwiftShader');
}

/**
 * A driver that has 16 bit arithmetic and subgroups: the system's, else lavapipe.
 * @returns {Promise<Driver & { adapter: string }>} rejects where none can be had
 */
export async function vulkan16() {
  const system = process.env.ELIT_GPU === undefined ? await systemAdapter() : null;
  if (system?.features.includes('shader-f16') && system.features.includes('subgroups')) {
    return { ...SYSTEM, adapter: system.name };
  }
  return proven(await lavapipe(), 'lavapipe');
}

/** @type {Driver} */
const SYSTEM = { env: {}, execPath: process.execPath };

/** A driver that crashes the probe is as good as none. */
function systemAdapter() {
  return probeAdapter(process.env).catch(() => null);
}

/** @param {Driver} driver @param {string} name */
async function proven(driver, name) {
  const adapter = await probeAdapter({ ...process.env, ...driver.env }, driver.execPath);
  if (!adapter) throw new Error(`Dawn finds no adapter, not even in ${name}.`);
  return { ...driver, adapter: adapter.name };
}

async function softwareEnv() {
  if (!supported || process.env.ELIT_GPU === 'system') {
    throw new Error(
      'Dawn for Node finds no GPU. Install a graphics driver with Vulkan (on Linux also its loader, libvulkan1). ' +
        'The software driver that stands in for one runs on Linux x64 only, and not with ELIT_GPU=system.',
    );
  }
  const folder = await unpackSwiftShader();
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { LD_LIBRARY_PATH: libraries, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') };
}
