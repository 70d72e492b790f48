import { describe, expect, it } from 'vitest';
import { keepTheme, keptTheme } from './theme.ts';

function memory(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries));
  const storage = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
  return { map, storage: () => storage };
}

const blocked = () => {
  throw new DOMException('no', 'SecurityError');
};

describe('the theme that is kept', () => {
  it('is the last one chosen, and nothing for the system’s', () => {
    const { map, storage } = memory();
    expect(keptTheme(storage)).toBe('system');
    expect(keepTheme(storage, 'dark')).toBe(true);
    expect(keptTheme(storage)).toBe('dark');
    keepTheme(storage, 'system');
    expect(map.size).toBe(0);
  });

  it('is the system’s when what is kept is none', () => {
    expect(keptTheme(memory({ 'elit-web:theme': 'purple' }).storage)).toBe('system');
  });

  it('is the system’s where storage is blocked, without an error', () => {
    expect(keptTheme(blocked)).toBe('system');
    expect(keepTheme(blocked, 'dark')).toBe(false);
  });
});
