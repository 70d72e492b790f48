import { vulkan } from '../../scripts/vulkan.mjs';

/** Runs once before the GPU tests: their process inherits this environment, and with it an adapter. */
export default async function setup(): Promise<void> {
  const { env, adapter } = await vulkan();
  Object.assign(process.env, env);
  process.stdout.write(`GPU tests run on ${adapter}\n`);
}
