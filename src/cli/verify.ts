import { readFile } from 'node:fs/promises';
import { ElitError } from '../errors.ts';
import { Gpu } from '../gpu/gpu.ts';
import { parseNetworkConfig } from '../model/config.ts';
import { Network } from '../model/network.ts';
import { Safetensors } from '../model/safetensors.ts';
import { nodeGpu } from './node-gpu.ts';
import { type Check, verifyRecorded } from './verify/check.ts';

const USAGE = `npm run verify -- PREFIX

Runs the network of PREFIX.json and PREFIX.safetensors through the GPU kernels, at every budget and in every
sampling run that PREFIX.golden.safetensors has recorded, and compares. Exit code 1 when something is off.
`;

/** @returns the exit code: 0 all within bounds, 1 something off, 2 wrong call or unreadable files */
export async function main(args: readonly string[]): Promise<number> {
  const [prefix, ...rest] = args;
  if (prefix === undefined || rest.length > 0 || prefix === '--help') {
    process.stderr.write(USAGE);
    return prefix === '--help' ? 0 : 2;
  }
  try {
    const rows = await verify(prefix);
    process.stdout.write(table(rows));
    return rows.every((row) => row.ok) ? 0 : 1;
  } catch (thrown) {
    const error = ElitError.from(thrown);
    process.stderr.write(`${error.message}\n${error.hint}\n`);
    return 2;
  }
}

async function verify(prefix: string): Promise<Check[]> {
  const config = parseNetworkConfig(parseJson(await read(`${prefix}.json`), `${prefix}.json`));
  const weights = Safetensors.parse(await read(`${prefix}.safetensors`));
  const golden = Safetensors.parse(await read(`${prefix}.golden.safetensors`));
  const gpu = await Gpu.open({ gpu: nodeGpu() });
  process.stdout.write(`adapter: ${gpu.adapterName}\n`);
  try {
    const network = await Network.load(gpu, config, weights);
    return await verifyRecorded(gpu, network, golden);
  } finally {
    gpu.dispose();
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const hint = 'Give the common prefix of NAME.json, NAME.safetensors and NAME.golden.safetensors.';
    throw new ElitError('model-not-found', `${path} cannot be read: ${String(cause)}`, hint, { cause });
  }
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ElitError('config-invalid', `${path} is not JSON: ${String(cause)}`, 'Correct the file.', { cause });
  }
}

function table(rows: readonly Check[]): string {
  const width = Math.max(...rows.map((row) => row.what.length), 4);
  const line = (what: string, max: string, l2: string, ok: string) =>
    `${what.padEnd(width)}  ${max.padStart(14)}  ${l2.padStart(14)}  ${ok}\n`;
  const body = rows.map(({ what, relMax, relL2, ok }) =>
    line(what, relMax.toExponential(2), relL2.toExponential(2), ok ? 'ok' : 'OFF'),
  );
  const off = rows.filter((row) => !row.ok).length;
  const verdict = off === 0 ? `all ${rows.length} within bounds` : `${off} of ${rows.length} off`;
  return `${line('what', 'max|Δ|/max|ref|', '‖Δ‖₂/‖ref‖₂', '')}${body.join('')}${verdict}\n`;
}
