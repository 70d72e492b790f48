/**
 * node scripts/run.mjs FILE.ts [ARGUMENTS]: runs a TypeScript program in Node with Vite's imports (`?raw`, `?url`)
 * and a GPU. The program exports `main(args)`, which resolves to the exit code.
 *
 * It runs in a child process, because Vulkan is chosen in the environment a process starts with, and because Dawn may
 * crash while Node tears it down: the child reports its exit code and is ended from here.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vulkan } from './vulkan.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  process.stderr.write('Say which program to run: node scripts/run.mjs FILE.ts [ARGUMENTS]\n');
  process.exit(2);
}
const { env, execPath } = await vulkan();
const child = fork(fileURLToPath(new URL('run-child.mjs', import.meta.url)), [file, ...args], {
  env: { ...process.env, ...env },
  execPath,
  execArgv: ['--enable-source-maps'],
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
child.once('message', (code) => {
  child.removeAllListeners('exit').kill('SIGKILL');
  process.exit(Number(code));
});
