import { describe, expect, it } from 'vitest';
import { ElitError } from '../errors.ts';
import { rootCause } from './root-cause.ts';

const loss = new ElitError('gpu-device-lost', 'Gone.', 'Again.');
const never = new Promise<ElitError>(() => undefined);
const soon = () => new Promise<ElitError>((resolve) => setTimeout(() => resolve(loss), 20));

describe('rootCause', () => {
  it('is the loss of the GPU that is reported just after', async () => {
    expect(await rootCause(new Error('A valid external Instance reference no longer exists.'), soon())).toBe(loss);
    expect(await rootCause(new ElitError('gpu-shader', 'Not compiled.', 'Update.'), soon())).toBe(loss);
  });

  it('is what was thrown when no loss follows, or when it has nothing to do with the GPU', async () => {
    const shader = new ElitError('gpu-shader', 'Not compiled.', 'Update.');
    expect(await rootCause(shader, never)).toBe(shader);
    const request = new ElitError('request-invalid', 'Steps 0.', 'Give more.');
    expect(await rootCause(request, soon())).toBe(request);
  });
});
