/**
 * node scripts/replace-model.mjs FOLDER: what `python -m elit_train.export --out FOLDER` wrote takes the place of the
 * model of that name in public/models/, with everything that is made of it: the recorded values that tests hold the
 * engine to, the pictures of styles, the strip that the page shows while it loads, and the sheet in the README.
 * Nothing is changed before every file of FOLDER has been compared with its hash. Drawn by the processor: a few minutes.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const GOLDENS = ['samples.golden.safetensors', 'encoder.golden.safetensors'];
const CARD = ['model.json', 'README.md'];
/** What the page draws first; see src/main.ts. */
const FIRST = ['--subject', 'red heart', '--style', 'fluent-emoji'];

if (!process.argv[2])
  throw new Error('Say which folder of elit_train.export is to be the model: node scripts/replace-model.mjs FOLDER');
const from = resolve(process.argv[2]);
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { name, files } = JSON.parse(await readFile(join(from, 'model.json'), 'utf8'));
const model = join('public/models', name);
const goldens = join('test/fixtures', name);
if (!(await readdir('public/models')).includes(name))
  throw new Error(`The page has no model “${name}” to be replaced.`);
if (from === resolve(model)) throw new Error(`${model} cannot take its own place.`);
await check();

const fresh = `${model}.new`;
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh);
const metrics = (await readdir(from)).filter((file) => file === 'metrics.json');
for (const file of [...CARD, ...metrics, ...Object.keys(files)]) await put(join(from, file), fresh);
await rm(model, { recursive: true });
await rename(fresh, model);
await mkdir(goldens, { recursive: true });
for (const file of GOLDENS) await put(join(from, file), goldens);

const drawn = ['--model', model, '--seed', '7', '--backend', 'wasm'];
program('scripts/style-pictures.ts', ...drawn, '--subject', 'grinning face');
node('scripts/record-strip.mjs', ...drawn, ...FIRST);
program('src/cli/generate.ts', ...drawn, ...FIRST, '--sheet', '--out', 'docs/budgets.png');
process.stdout.write(`${model} is replaced. Test it, and look at docs/budgets.png before you commit it.\n`);

/** Every file that model.json speaks of is the one that it means, and all others are there. */
async function check() {
  for (const file of [...CARD, ...GOLDENS]) await readFile(join(from, file));
  for (const [file, { sha256 }] of Object.entries(files)) {
    const found = createHash('sha256')
      .update(await readFile(join(from, file)))
      .digest('hex');
    if (found !== sha256) throw new Error(`${join(from, file)} is not the file that model.json describes.`);
  }
}

/** A copy that everybody may read, as a web server has to. @param {string} file @param {string} folder */
async function put(file, folder) {
  const copy = join(folder, basename(file));
  await copyFile(file, copy);
  await chmod(copy, 0o644);
}

/** @param {string} file in TypeScript @param {...string} args */
function program(file, ...args) {
  node('scripts/run.mjs', file, ...args);
}

/** @param {...string} args */
function node(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`This failed, see above: node ${args.join(' ')}`);
}
