import { describe, expect, it, vi } from 'vitest';
import { Visit } from './visit.ts';

/** Leaves the group: there is no other element in it that could have the focus now. */
const LEFT = { currentTarget: null, relatedTarget: null } as Partial<FocusEvent> as FocusEvent;

describe('a visit of a row of radio buttons', () => {
  it('is over after a press', () => {
    const rest = vi.fn();
    const visit = new Visit(rest);
    visit.chosen();
    visit.chosen();
    expect(rest).toHaveBeenCalledTimes(2);
  });

  it('goes on through its arrows, until the focus leaves', () => {
    vi.stubGlobal('Node', class {});
    const rest = vi.fn();
    const visit = new Visit(rest);
    for (let press = 0; press < 3; press++) {
      visit.onKeyDown();
      visit.chosen();
      visit.chosen(); // held down
      visit.onKeyUp();
    }
    expect(rest).not.toHaveBeenCalled();
    visit.onKeyDown(); // Tab
    visit.onFocusOut(LEFT);
    expect(rest).toHaveBeenCalledTimes(1);
    visit.chosen();
    expect(rest).toHaveBeenCalledTimes(2);
    vi.unstubAllGlobals();
  });
});
