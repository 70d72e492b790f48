import { ElitError } from '../errors.ts';

/** For a request whose place a newer one took. */
export function superseded(): ElitError {
  return new ElitError(
    'superseded',
    'A newer request took this one’s place.',
    'Nothing to do: the newer one is drawn.',
  );
}

/**
 * A driver that computes wrongly must not end in a picture of nothing.
 * @throws ElitError internal
 */
export function checkFinite(latents: Float32Array): void {
  const bad = latents.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ElitError(
    'internal',
    `The network computed ${latents[bad]} at place ${bad} of the image’s latents.`,
    'Lower the guidance. If that does not help, the graphics driver computes wrongly: please report it with its name.',
  );
}
