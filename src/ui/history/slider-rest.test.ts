import { describe, expect, it, vi } from 'vitest';
import { SliderRest } from './slider-rest.ts';

describe('a slider', () => {
  it('rests when the pointer lets it go, and once for a key that is held down', () => {
    const rest = vi.fn();
    const slider = new SliderRest(rest);
    slider.onChange();
    expect(rest).toHaveBeenCalledTimes(1);
    slider.onKeyDown();
    for (let repeat = 0; repeat < 3; repeat++) slider.onChange();
    expect(rest).toHaveBeenCalledTimes(1);
    slider.onKeyUp();
    expect(rest).toHaveBeenCalledTimes(2);
  });

  it('rests after a drag although Tab once led past it', () => {
    const rest = vi.fn();
    const slider = new SliderRest(rest);
    slider.onKeyUp(); // of the Tab that led to it
    expect(rest).not.toHaveBeenCalled();
    slider.onKeyDown();
    slider.onBlur();
    rest.mockClear();
    slider.onChange();
    expect(rest).toHaveBeenCalledTimes(1);
  });
});
