import { readFile } from 'node:fs/promises';
import type { Recorded } from '../../src/cli/verify/recorded.ts';
import { parseNetworkConfig } from '../../src/model/config.ts';
import { Safetensors } from '../../src/model/safetensors.ts';

/** A network with recorded values: PREFIX.json, PREFIX.safetensors, PREFIX.golden.safetensors. */
export interface RecordedNetwork extends Recorded {
  readonly weights: Safetensors;
}

/** The networks in test/fixtures/reference. */
export const RECORDED_NETWORKS = ['elit-sit-a', 'elit-sit-b', 'elit-sit-e', 'sit-a'] as const;

/** Reads test/fixtures/reference/NAME.*; paths count from the project's root, where the tests run. */
export async function readRecorded(name: string): Promise<RecordedNetwork> {
  const prefix = `test/fixtures/reference/${name}`;
  const [json, weights, golden] = await Promise.all([
    readFile(`${prefix}.json`, 'utf8'),
    readSafetensors(`${prefix}.safetensors`),
    readSafetensors(`${prefix}.golden.safetensors`),
  ]);
  return { config: parseNetworkConfig(JSON.parse(json)), weights, golden };
}

export async function readSafetensors(path: string): Promise<Safetensors> {
  return Safetensors.parse(await readFile(path));
}
