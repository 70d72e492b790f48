import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** docs/reliability.md promises tests by their titles: a test that is renamed or removed must not leave a promise behind. */
const withoutComments = (code: string): string => code.replace(/^\s*(\/\/|\/?\*).*$/gm, '');
const SOURCES = ['src', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(test|spec|firefox)\.ts$/.test(path))
    .map((path) => ({
      name: path.split(/[\\/]/).at(-1)!,
      text: withoutComments(readFileSync(`${folder}/${path}`, 'utf8')),
    })),
);

interface Row {
  readonly row: string;
  /** What its last cell says. */
  readonly promised: string;
  /** The file that its section names for tests without one. */
  readonly files: readonly string[];
}

const NAMED_FILE = /`?([\w.-]+\.(?:test|spec|firefox)\.ts)`?/g;
const named = (text: string): string[] => [...text.matchAll(NAMED_FILE)].map(([, name]) => name!);

function rows(): Row[] {
  const sections = readFileSync('docs/reliability.md', 'utf8').split(/^## /m);
  return sections.flatMap((section) => {
    const lines = section.split('\n');
    const files = named(lines.filter((line) => !line.startsWith('|')).join('\n'));
    const table = lines.filter((line) => line.startsWith('|'));
    if (!/ Test \|$/.test(table[0] ?? '')) return [];
    return table.slice(2).map((row) => ({ row, promised: row.split('|').at(-2)!, files }));
  });
}

describe('docs/reliability.md', () => {
  it('has its rows found', () => {
    expect(rows().length).toBeGreaterThan(70);
  });

  it.each(rows())('names tests that there are: $row', ({ promised, files }) => {
    for (const file of named(promised)) expect(SOURCES.map(({ name }) => name)).toContain(file);
    const own = named(promised);
    const firefox = promised.includes('test:firefox') ? ['page.firefox.ts'] : [];
    const places = own.length + firefox.length > 0 ? [...own, ...firefox] : files;
    const texts = SOURCES.filter(({ name }) => places.includes(name)).map(({ text }) => text.toLowerCase());
    for (const [, title] of promised.matchAll(/“([^”]+)”/g)) {
      expect(
        texts.some((text) => text.includes(title!.toLowerCase())),
        `“${title}” in ${places.join(', ')}`,
      ).toBe(true);
    }
  });
});
