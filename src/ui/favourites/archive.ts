import { unzipSync, type Zippable, zipSync } from 'fflate';
import { ElitError } from '../../errors.ts';
import { pictureName } from '../sharing/picture-file.ts';
import type { Favourite } from './favourite.ts';
import { checkArchiveSize, LIMITS, tooMuch } from './limits.ts';

const STORED = 0;
const DEFLATED = 8;
/** PNGs are compressed already. */
const AS_THEY_ARE = { level: 0 } as const;

/** A zip of the pictures in their order, each a PNG under a name that says what it shows. */
export function archiveOf(favourites: readonly Favourite[]): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  for (const { png, picture } of favourites) files[unused(pictureName(picture), files)] = png;
  return zipSync(files, AS_THEY_ARE);
}

/**
 * The names of the PNGs in a zip, in its order. What else it holds is left alone.
 * @throws ElitError archive-invalid when it is no zip, is damaged, or holds more than LIMITS allows
 */
export function picturesIn(zip: Uint8Array): string[] {
  checkArchiveSize(zip.length);
  const names = new Set<string>();
  let entries = 0;
  let bytes = 0;
  read(zip, (entry) => {
    if (++entries > LIMITS.files) throw tooMuch(`The zip holds more than ${LIMITS.files} files.`);
    const { name, compression } = entry;
    if (!/\.png$/i.test(name) || isHidden(name)) return false;
    if (sizeOf(entry) > LIMITS.fileBytes) throw tooMuch(`A picture in the zip has ${sizeOf(entry)} bytes.`);
    bytes += sizeOf(entry);
    if (bytes > LIMITS.bytes) throw tooMuch(`The pictures in the zip have more than ${LIMITS.bytes} bytes.`);
    if (compression !== STORED && compression !== DEFLATED) throw damaged('Its pictures are packed in an unknown way.');
    names.add(name);
    return false;
  });
  return [...names];
}

/**
 * The bytes of some files of a zip whose names `picturesIn` gave, by name.
 * @throws ElitError archive-invalid when they are damaged
 */
export function unpack(zip: Uint8Array, names: ReadonlySet<string>): Map<string, Uint8Array<ArrayBuffer>> {
  // A name may come twice, with another size: what picturesIn allowed holds for each of them.
  const files = read(zip, (entry) => names.has(entry.name) && sizeOf(entry) <= LIMITS.fileBytes);
  return new Map(Object.entries(files));
}

type Entry = Parameters<NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>['filter']>>[0];

function read(zip: Uint8Array, filter: (entry: Entry) => boolean): Record<string, Uint8Array<ArrayBuffer>> {
  try {
    return unzipSync(zip, { filter });
  } catch (thrown) {
    if (thrown instanceof ElitError) throw thrown;
    throw damaged('', thrown);
  }
}

/** What unpacking asks for: a stored file is copied by the one length, a packed one by the other. */
function sizeOf({ size, originalSize }: Entry): number {
  return Math.max(size, originalSize);
}

/** Copies of files that some systems put beside them, under the same name. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

function unused(name: string, taken: Zippable): string {
  const stem = name.replace(/\.png$/, '');
  let free = name;
  for (let i = 2; Object.hasOwn(taken, free); i++) free = `${stem}-${i}.png`;
  return free;
}

function damaged(message: string, cause?: unknown): ElitError {
  return new ElitError(
    'archive-invalid',
    `The file is no zip, or a damaged one. ${message}`.trim(),
    'Use a zip that was exported from this page.',
    { cause },
  );
}
