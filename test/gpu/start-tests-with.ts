import type { vulkan } from '../../scripts/vulkan.mjs';

/** The process of the tests, which starts after this, inherits the environment, and `fork` starts it by `execPath`. */
export function startTestsWith({ env, execPath, adapter }: Awaited<ReturnType<typeof vulkan>>): void {
  Object.assign(process.env, env);
  process.execPath = execPath;
  process.stdout.write(`GPU tests run on ${adapter}\n`);
}
