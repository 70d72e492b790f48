/** The child of run.mjs: loads the program, calls its `main`, reports the exit code and waits to be ended. */
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [file = '', ...args] = process.argv.slice(2);
process.once('disconnect', () => process.exit(1)); // the listener also keeps this process until it is ended
const { module } = await runnerImport(resolve(file), { configFile: false, logLevel: 'error' });
const code = await /** @type {{ main(args: string[]): Promise<number> }} */ (module).main(args);
process.stdout.write('', () => process.stderr.write('', () => process.send?.(code)));
