import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL } from './support/page-model.ts';

vi.setConfig({ testTimeout: 60_000 }); // each starts Node

/** What replacing the page's model takes no further; that it works is seen when a model is replaced. */
describe('replace-model leaves the page’s model as it is', () => {
  const before = statSync(`${MODEL}/model.json`).mtimeMs;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replace-'));
    for (const file of ['README.md', 'samples.golden.safetensors', 'encoder.golden.safetensors', 'elit.safetensors']) {
      writeFileSync(join(folder, file), '');
    }
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    expect(statSync(`${MODEL}/model.json`).mtimeMs).toBe(before);
  });

  const replace = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/replace-model.mjs', ...args], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    return stderr;
  };
  const describeAs = (name: string) => {
    const files = { 'elit.safetensors': { sha256: '0'.repeat(64) } };
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ name, files }));
  };

  it('without a folder', () => expect(replace()).toContain('Say which folder'));

  it('for a folder of another name', () => {
    describeAs('another');
    expect(replace(folder)).toContain('no model “another”');
  });

  it('for the model itself', () => expect(replace(MODEL)).toContain('cannot take its own place'));

  it('for a file that model.json does not describe', () => {
    describeAs('emoji-128');
    expect(replace(folder)).toContain('elit.safetensors is not the file');
  });

  it('where what tests need is missing', () => {
    describeAs('emoji-128');
    rmSync(join(folder, 'encoder.golden.safetensors'));
    expect(replace(folder)).toContain('encoder.golden.safetensors');
  });
});
