import fc from 'fast-check';

/** One edit of a file's bytes. Places are shares of its length, so that an edit means something for any length. */
type Edit = (file: Uint8Array) => Uint8Array;

/** Numbers that break a reader that trusts a length: none, one less than a power of two, all bits, just too many. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const byte = fc.nat(255);

const flip = fc.tuple(place, fc.nat(7)).map(([at, bit]): Edit => changed(at, 1, (part) => [part[0]! ^ (1 << bit)]));
const overwrite = fc.tuple(place, byte).map(([at, value]): Edit => changed(at, 1, () => [value]));
const insert = fc.tuple(place, fc.array(byte, { minLength: 1, maxLength: 8 })).map(([at, values]): Edit => {
  return changed(at, 0, () => values);
});
const remove = fc
  .tuple(place, fc.integer({ min: 1, max: 16 }))
  .map(([at, count]): Edit => changed(at, count, () => []));
const truncate = place.map(
  (at): Edit =>
    (file) =>
      file.slice(0, Math.floor(at * file.length)),
);
/** A stretch of the file copied to another place, over or between what is there. */
const splice = fc
  .tuple(place, place, fc.integer({ min: 1, max: 64 }), fc.boolean())
  .map(([from, to, count, over]): Edit => {
    return (file) => {
      const start = Math.floor(from * file.length);
      const stretch = [...file.subarray(start, start + count)];
      return changed(to, over ? stretch.length : 0, () => stretch)(file);
    };
  });
/** A length field, wherever one may be: four or eight bytes in either order. */
const length = fc
  .tuple(place, fc.constantFrom(...TELLING), fc.boolean(), fc.boolean())
  .map(([at, value, little, wide]): Edit => {
    const bytes = new Uint8Array(wide ? 8 : 4);
    new DataView(bytes.buffer).setUint32(wide && !little ? 4 : 0, value, little);
    return changed(at, bytes.length, () => [...bytes]);
  });
/** A length field at the very beginning, where most formats have one. */
const firstLength = fc.tuple(fc.nat(7), byte).map(
  ([at, value]): Edit =>
    (file) => {
      const out = file.slice();
      out[at] = value;
      return out;
    },
);

const edit: fc.Arbitrary<Edit> = fc.oneof(flip, overwrite, insert, remove, truncate, splice, length, firstLength);

/** Sound or structured files, half of them edited up to four times. */
export function mutated(files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edits = fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 4 }));
  return fc.tuple(files, edits).map(([file, list]) => list.reduce((bytes, change) => change(bytes), file));
}

/** Replaces `count` bytes at a place by what `make` gives for them. */
function changed(at: number, count: number, make: (part: Uint8Array) => readonly number[]): Edit {
  return (file) => {
    const start = Math.floor(at * file.length);
    const part = file.subarray(start, start + count);
    if (count > 0 && part.length === 0) return file;
    const middle = make(part);
    const out = new Uint8Array(file.length - part.length + middle.length);
    out.set(file.subarray(0, start));
    out.set(middle, start);
    out.set(file.subarray(start + part.length), start + middle.length);
    return out;
  };
}
