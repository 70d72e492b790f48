import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { picturesIn, unpack } from '../../src/ui/favourites/archive.ts';
import { favouritePng } from '../support/favourite-png.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

const name = fc.oneof(
  fc.constantFrom('a.png', 'b/c.png', '__proto__.png', '../a.png', '.png', 'a.txt', 'constructor.png'),
  fc.string({ maxLength: 12 }).map((stem) => `${stem}.png`),
);
const content = fc.oneof(fc.constant(favouritePng()), fc.uint8Array({ maxLength: 300 }));
const level = fc.constantFrom(0, 6, 9);
const archives = fc
  .array(fc.tuple(name, content, level), { minLength: 1, maxLength: 5 })
  .map((files) =>
    zipSync(Object.fromEntries(files.map(([path, bytes, how]) => [path, [bytes, { level: how }]])) as Zippable),
  );

export const archiveTarget: Target = {
  name: 'zip',
  files: mutated(archives),
  codes: ['archive-invalid'],
  share: 0.4,
  read: (file, passed) => {
    const names = picturesIn(file);
    passed();
    for (const one of names) unpack(file, new Set([one]));
  },
};
