import { deflateSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { encode } from 'fast-png';
import { chunkBytes } from '../../src/png/chunks.ts';
import { openWithFake } from './fake-engine.ts';
import type { StudioPage } from './studio-page.ts';

/** Files of every kind as a picture to start from, read by a real browser. The engine is a fake. */

const RED = [230, 30, 30, 255] as const;
const BLUE = [30, 30, 230, 255] as const;

interface FileOf {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** The left half red, the right half blue, as the browser itself compresses it. */
async function twoHalves(page: Page, mimeType: string, width = 64, height = 32): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ({ mimeType, width, height, red, blue }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d')!;
      context.fillStyle = `rgb(${red.slice(0, 3)})`;
      context.fillRect(0, 0, width, height);
      context.fillStyle = `rgb(${blue.slice(0, 3)})`;
      context.fillRect(width / 2, 0, width / 2, height);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, mimeType, 0.95));
      if (blob?.type !== mimeType) throw new Error(`This browser writes no ${mimeType}.`);
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    },
    { mimeType, width, height, red: [...RED], blue: [...BLUE] },
  );
  return Buffer.from(base64, 'base64');
}

/** A JPEG whose EXIF says how the camera was held (TIFF tag 0x0112), right behind the first marker. */
function turned(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/** One bit a pixel, all white: far more pixels than bytes. */
function whitePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const row = Buffer.alloc(1 + Math.ceil(width / 8), 0xff);
  row[0] = 0;
  const rows = Buffer.alloc(row.length * height);
  for (let y = 0; y < height; y++) row.copy(rows, y * row.length);
  const parts = [
    chunkBytes('IHDR', header),
    chunkBytes('IDAT', deflateSync(rows)),
    chunkBytes('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

/** 16 × 8 pixels, the left half red, the right half blue: no browser writes AVIF, Pillow 12 did (quality 90). */
const AVIF = Buffer.from(
  [
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcG',
    'l0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAQgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABq',
    'aXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAAAgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAB',
    'dpcG1hAAAAAAAAAAEAAQQBAoMEAAAASm1kYXQSAAoIGAy/tkBDQaEyNBIH9/apAAHkAAAgsKxXErn++EIaA5g6FDLuxvNAuq5p0p+39fMSoJTi',
    'Le5hOqjPdFMpaYA=',
  ].join(''),
  'base64',
);

const region = (page: Page) => page.getByRole('region', { name: 'Start from a picture' });
const choose = (page: Page, file: FileOf) => region(page).locator('input[type="file"]').setInputFiles(file);
const asFile = (name: string, mimeType: string, buffer: Buffer): FileOf => ({ name, mimeType, buffer });

/** What the page read of the file: its size, and the colour at a place, 0 to 1 along each side. */
async function read(page: Page, { name }: FileOf) {
  const canvas = page.getByRole('img', { name: `Picture to start from: ${name}` });
  await expect(canvas).toBeVisible();
  const { width, height, data } = await canvas.evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    return { width, height, data: [...canvas.getContext('2d')!.getImageData(0, 0, width, height).data] };
  });
  const at = (x: number, y: number) => {
    const place = Math.floor(y * height) * width + Math.floor(x * width);
    return data.slice(4 * place, 4 * place + 4);
  };
  return { size: [width, height], at };
}

function expectColour(actual: readonly number[], expected: readonly number[], within = 12): void {
  const off = expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
  expect(Math.max(...off), `${actual} should be about ${expected}`).toBeLessThanOrEqual(within);
}

async function open(page: Page): Promise<StudioPage> {
  const studio = await openWithFake(page, { stepMs: 0 });
  await studio.drawn();
  return studio;
}

test('a photograph comes out upright, however the camera was held', async ({ page }) => {
  const studio = await open(page);
  const jpeg = await twoHalves(page, 'image/jpeg');
  // Of a picture that is 64 wide and 32 high: its size upright, and where the red half is then.
  const cases = [
    [1, [64, 32], [0.2, 0.5]],
    [3, [64, 32], [0.8, 0.5]],
    [6, [32, 64], [0.5, 0.2]],
    [8, [32, 64], [0.5, 0.8]],
  ] as const;
  for (const [orientation, size, [x, y]] of cases) {
    const file = asFile(`held-${orientation}.jpg`, 'image/jpeg', turned(jpeg, orientation));
    await choose(page, file);
    const picture = await read(page, file);
    expect(picture.size).toEqual(size);
    expectColour(picture.at(x, y), RED);
    expectColour(picture.at(1 - x, 1 - y), BLUE);
    await expect.poll(() => page.evaluate(() => window.fakeCalls.at(-1)?.image)).toEqual(size);
  }
  expect(studio.complaints).toEqual([]);
});

test('a WebP is read as well as a PNG, also under another name', async ({ page }) => {
  await open(page);
  const file = asFile('halves.png', 'image/png', await twoHalves(page, 'image/webp'));
  await choose(page, file);
  const picture = await read(page, file);
  expect(picture.size).toEqual([64, 32]);
  expectColour(picture.at(0.2, 0.5), RED);
  expectColour(picture.at(0.8, 0.5), BLUE);
});

test('an AVIF is read where the browser knows it', async ({ page }) => {
  await open(page);
  const file = asFile('halves.avif', 'image/avif', AVIF);
  await choose(page, file);
  const picture = await read(page, file);
  expect(picture.size).toEqual([16, 8]);
  expectColour(picture.at(0.2, 0.5), RED, 25);
  expectColour(picture.at(0.8, 0.5), [20, 60, 220, 255], 25);
});

test('transparency is kept, and what is half seen keeps its colour', async ({ page }) => {
  await open(page);
  const data = new Uint8Array(32 * 32 * 4);
  for (let i = 0; i < 32 * 32; i++) data.set(i % 32 < 16 ? [200, 100, 50, 128] : [200, 100, 50, 0], 4 * i);
  const file = asFile('half.png', 'image/png', Buffer.from(encode({ width: 32, height: 32, channels: 4, data })));
  await choose(page, file);
  const { at } = await read(page, file);
  expectColour(at(0.2, 0.5), [200, 100, 50, 128], 2);
  expect(at(0.8, 0.5)[3]).toBe(0);
});

test('a picture of 12,000 pixels is made small, however long and thin it is', async ({ page }) => {
  const studio = await open(page);
  const wide = asFile('wide.png', 'image/png', whitePng(12_000, 5000));
  await choose(page, wide);
  const picture = await read(page, wide);
  expect(picture.size).toEqual([256, 107]);
  expectColour(picture.at(0.5, 0.5), [255, 255, 255, 255], 0);
  const thin = asFile('thin.png', 'image/png', whitePng(12_000, 1));
  await choose(page, thin);
  expect((await read(page, thin)).size).toEqual([256, 1]);
  await studio.drawn({ strength: 0.6 });
  expect(studio.complaints).toEqual([]);
});

test('a picture of too many pixels is refused before it is decoded', async ({ page }) => {
  const studio = await open(page);
  await page.evaluate(() => {
    Object.assign(window, { createImageBitmap: () => Promise.reject(new Error('decoded')) });
  });
  await choose(page, asFile('huge.png', 'image/png', whitePng(12_000, 9000)));
  await expect(region(page)).toContainText('“huge.png” has 12000 × 9000 pixels. Use a picture of at most 100 million');
  expect(studio.complaints).toEqual([]);
});

test('what is no picture, is empty or is cut short is refused in words, and the drawing goes on', async ({ page }) => {
  const studio = await open(page);
  const whole = await twoHalves(page, 'image/jpeg', 640, 640);
  const files = [
    asFile('notes.jpg', 'image/jpeg', Buffer.from('Dear diary, this is no picture.')),
    asFile('empty.png', 'image/png', Buffer.alloc(0)),
    asFile('cut.jpg', 'image/jpeg', whole.subarray(0, whole.length / 2)),
    asFile('head.jpg', 'image/jpeg', whole.subarray(0, 100)),
    asFile('cut.png', 'image/png', whitePng(500, 500).subarray(0, 50)),
  ];
  for (const file of files) {
    await choose(page, file);
    await expect(region(page)).toContainText(`“${file.name}” is`);
    await expect(region(page).getByRole('img')).toHaveCount(0);
  }
  await studio.budget.press('End');
  await studio.drawn({ budget: 16 });
  expect(studio.complaints).toEqual([]);
});
