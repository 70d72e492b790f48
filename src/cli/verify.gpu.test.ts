import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import { rewrittenSafetensors } from '../../test/support/safetensors.ts';

const FIXTURES = 'test/fixtures/reference';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a user calls it. */
async function verify(...args: string[]): Promise<Outcome> {
  const command = promisify(execFile)('npm', ['run', '--silent', 'verify', '--', ...args]);
  const [outcome] = await Promise.allSettled([command]);
  return outcome.status === 'fulfilled' ? { code: 0, ...outcome.value } : outcome.reason;
}

/** What the golden file is cut down to, to be quick: the states of one budget, and one run. */
const KEPT = /^[xty]$|^budget_2_of_16\.|^sample\.(noise|euler_8_ccfg4)$/;

describe('npm run verify', () => {
  let folder: string;
  let prefix: string;
  let recorded: RecordedNetwork;

  /** A recorded network under a name that nobody knows. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elit-verify-'));
    prefix = join(folder, 'some network');
    recorded = await readRecorded('elit-sit-a');
    const { euler_8_ccfg4 } = JSON.parse(recorded.golden.metadata.samplers!);
    const samplers = JSON.stringify({ euler_8_ccfg4 });
    const golden = rewrittenSafetensors(recorded.golden, (name, tensor) => (KEPT.test(name) ? tensor : null), {
      samplers,
    });
    await writeFile(`${prefix}.golden.safetensors`, golden);
    for (const part of ['json', 'safetensors']) await cp(`${FIXTURES}/elit-sit-a.${part}`, `${prefix}.${part}`);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('passes what is as recorded', async () => {
    const { code, stdout, stderr } = await verify(prefix);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const names = recorded.golden.names().filter((name) => KEPT.test(name) && !/^[xty]$|noise$/.test(name));
    expect(names).toHaveLength(12);
    const number = '\\d\\.\\d\\de[-+]\\d+';
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} +${number} +${number} +ok$`, 'm'));
    expect(stdout).toMatch(/all 12 within bounds\n$/);
  });

  it('fails when one weight is another, and says what is off', async () => {
    const { begin } = recorded.weights.header.entries.get('output_token_editor.adapters.0.write_ff.0.fc1.weight')!;
    const file = await readFile(`${prefix}.safetensors`);
    file.writeFloatLE(file.readFloatLE(begin) + 0.01, begin);
    await writeFile(`${prefix}.safetensors`, file);
    const { code, stdout } = await verify(prefix);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^budget_2_of_16\.core_out .* ok$/m);
    expect(stdout).toMatch(/^budget_2_of_16\.velocity .* OFF$/m);
    expect(stdout).toMatch(/\d+ of \d+ off\n$/);
  });

  it('says what it needs when a file is missing, and how it is called', async () => {
    const missing = await verify(join(folder, 'nothing'));
    expect(missing).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/nothing\.json cannot be read/),
    });
    expect(missing.stderr).toContain('NAME.golden.safetensors');
    expect(await verify()).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run verify -- PREFIX') });
  });
});
