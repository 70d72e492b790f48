import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode, type ImageData } from 'fast-png';
import { expect, it } from 'vitest';
import { readPng } from './read-png.ts';

const folder = await mkdtemp(join(tmpdir(), 'read-png-'));

async function written(bytes: Uint8Array): Promise<string> {
  const file = join(folder, `${Math.random()}.png`);
  await writeFile(file, bytes);
  return file;
}

it.each<[string, Omit<ImageData, 'width' | 'height'>, number[]]>([
  ['RGBA', { channels: 4, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, [1, 2, 3, 4, 5, 6, 7, 8]],
  ['RGB', { channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, [1, 2, 3, 255, 4, 5, 6, 255]],
  ['grey', { channels: 1, data: Uint8Array.of(9, 8) }, [9, 9, 9, 255, 8, 8, 8, 255]],
  ['grey with alpha', { channels: 2, data: Uint8Array.of(9, 8, 7, 6) }, [9, 9, 9, 8, 7, 7, 7, 6]],
  ['16 bits', { channels: 3, depth: 16, data: Uint16Array.of(0, 257, 65535, 0, 0, 0) }, [0, 1, 255, 255, 0, 0, 0, 255]],
])('reads a PNG: %s', async (_, image, expected) => {
  const { width, height, data } = await readPng(await written(encode({ ...image, width: 2, height: 1 })));
  expect([width, height, Array.from(data)]).toEqual([2, 1, expected]);
});

it('says what is wrong with a file that is missing, or no PNG', async () => {
  await expect(readPng(join(folder, 'none.png'))).rejects.toThrow(/cannot be read/);
  await expect(readPng(await written(Uint8Array.of(1, 2, 3)))).rejects.toThrow(/no PNG/);
});
