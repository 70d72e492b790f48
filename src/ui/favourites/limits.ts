import { ElitError } from '../../errors.ts';

/**
 * What is taken of an archive, and so the most that there can be in one. A favourite is about 30 kB; nothing is unpacked
 * before it is known to be within these.
 */
export const LIMITS = { files: 4096, fileBytes: 4 * 2 ** 20, bytes: 256 * 2 ** 20 } as const;

/** @throws ElitError archive-invalid when no zip of so many bytes is taken */
export function checkArchiveSize(bytes: number): void {
  if (bytes > LIMITS.bytes) throw tooMuch(`The zip has ${bytes} bytes.`);
}

export function tooMuch(message: string): ElitError {
  return new ElitError(
    'archive-invalid',
    message,
    `Split it: a zip may hold ${LIMITS.files} files of ${LIMITS.fileBytes / 2 ** 20} MB, and ${LIMITS.bytes / 2 ** 20} MB in all.`,
  );
}
