import { describe, expect, it } from 'vitest';
import { shortcutOf } from './keys.ts';

const NONE = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe('shortcutOf', () => {
  it.each([
    ['undo', { key: 'z', ctrlKey: true }],
    ['undo', { key: 'z', metaKey: true }],
    ['redo', { key: 'Z', ctrlKey: true, shiftKey: true }],
    ['redo', { key: 'z', metaKey: true, shiftKey: true }],
    ['redo', { key: 'y', ctrlKey: true }],
    ['help', { key: '?', shiftKey: true }],
    [null, { key: 'z' }],
    [null, { key: 'y', metaKey: true }],
    [null, { key: 'z', ctrlKey: true, altKey: true }],
    [null, { key: 'z', ctrlKey: true, metaKey: true }],
    [null, { key: '?', ctrlKey: true }],
    [null, { key: '?', ctrlKey: true, metaKey: true }],
  ] as const)('is %s for %o', (shortcut, keys) => {
    expect(shortcutOf({ ...NONE, ...keys })).toBe(shortcut);
  });
});
