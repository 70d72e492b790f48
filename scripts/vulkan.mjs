/**
 * Which Vulkan Dawn for Node gets. Dawn loads `libvulkan.so.1` when it starts, so the choice is made in the
 * environment of a process before that process begins.
 *
 * ELIT_GPU=software takes SwiftShader even where there is a GPU; ELIT_GPU=system never takes it.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { supported, unpackSwiftShader } from './unpack.mjs';

/** Asks Dawn, in a process of its own, for an adapter; prints its name, and whether the CPU plays it. */
const PROBE = `
  import { create } from 'webgpu';
  const adapter = await create([]).requestAdapter();
  const found = adapter && { name: adapter.info.description || adapter.info.device, software: adapter.info.isFallbackAdapter };
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
`;

/**
 * The adapter that Dawn finds in an environment.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ name: string, software: boolean } | null>} null where there is none
 */
export async function probeAdapter(env) {
  const cwd = import.meta.dirname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROBE], { env, cwd });
  return JSON.parse(stdout);
}

/**
 * What to add to a process's environment so that Dawn finds an adapter in it: nothing where the system has one.
 * @returns {Promise<{ env: Record<string, string>, adapter: string }>}
 */
export async function vulkan() {
  if (process.env.ELIT_GPU !== 'software') {
    // A driver that crashes the probe is as good as none.
    const adapter = await probeAdapter(process.env).catch(() => null);
    if (adapter) return { env: {}, adapter: adapter.name };
  }
  const env = await softwareEnv();
  const adapter = await probeAdapter({ ...process.env, ...env });
  if (!adapter) throw new Error('Dawn finds no adapter, not even in SwiftShader.');
  return { env, adapter: adapter.name };
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
