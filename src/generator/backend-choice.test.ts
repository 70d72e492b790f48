import { expect, it } from 'vitest';
import { ERROR_CODES } from '../errors.ts';
import { withoutGpu } from './backend-choice.ts';

it.each(ERROR_CODES.filter((code) => /^(gpu|webgpu)-|^insecure/.test(code)))(
  '“%s” is no end: the processor draws, and a sentence says why',
  (code) => {
    expect(withoutGpu(code)).toEqual({ backend: 'wasm', reason: expect.stringMatching(/^Drawn by the CPU: [^.]+\./) });
  },
);

it.each(ERROR_CODES.filter((code) => !/^(gpu|webgpu)-|^insecure/.test(code)))(
  '“%s” would be the same on the processor',
  (code) => {
    expect(withoutGpu(code)).toBeUndefined();
  },
);
