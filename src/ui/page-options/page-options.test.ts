import { describe, expect, it } from 'vitest';
import { readPageOptions } from './page-options.ts';

const read = (query: string) => readPageOptions(new URL(`https://example.org/site/${query}`));

describe('readPageOptions', () => {
  it('finds nothing in a plain address', () => {
    expect(read('')).toEqual({ model: null, backend: null, settings: {} });
  });

  it('reads settings, and leaves judging numbers to the generator', () => {
    const { settings } = read('?subject=cat+face&style=noto&seed=7&steps=4&budget=17&guidance=abc');
    expect(settings).toEqual({
      subject: 'cat face',
      style: 'noto',
      seed: 7,
      steps: 4,
      budget: 17,
      guidance: Number.NaN,
    });
    expect(read('?steps=').settings.steps).toBeNaN();
  });

  it('resolves a model’s folder against the page, with or without a slash', () => {
    expect(read('?model=models/tiny').model).toBe('https://example.org/site/models/tiny/');
    expect(read('?model=/tiny/').model).toBe('https://example.org/tiny/');
  });

  it('refuses models of other sites, addresses that are none, and unknown backends', () => {
    for (const query of [
      '?model=https://elsewhere.org/m/',
      '?model=//elsewhere.org/m',
      '?model=http://',
      '?model=blob:https://example.org/1',
      '?model=data:application/json,{}',
      '?backend=cuda',
    ]) {
      expect(() => read(query), query).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    }
    expect(read('?backend=webgpu').backend).toBe('webgpu');
  });
});
