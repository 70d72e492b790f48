import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ownScript } from './trusted-types.ts';

const PAGE = 'https://example.org/some/folder/';

beforeEach(() => void vi.stubGlobal('location', new URL(PAGE)));
afterEach(() => void vi.unstubAllGlobals());

it.each([`${PAGE}assets/worker.js`, 'assets/worker.js', '/service-worker.js'])('“%s” may be loaded', (url) => {
  expect(ownScript(url)).toBe(url);
});

it.each([
  'https://example.com/worker.js',
  '//example.com/worker.js',
  'http://example.org/worker.js',
  'https://example.org:444/worker.js',
  'https://example.org@example.com/worker.js',
  'data:text/javascript,1',
  'javascript:1',
  'blob:https://example.org/0b0c5a2e-0000-4000-8000-000000000000',
])('“%s” may not', (url) => {
  expect(() => ownScript(url)).toThrow(TypeError);
});
