/**
 * WGSL has no arrays that stay in registers on every driver, and no loops that are sure to be unrolled. Kernels that
 * keep a tile in registers are therefore written with loops that are unrolled here:
 *
 *     #for r < ROWS
 *     var sum#r = vec4f(0.0);
 *     #end
 *
 * becomes sum0, sum1, … Loops nest; the bound is a name in `sizes` or a number. `ROWS` itself stays an ordinary
 * constant of the kernel.
 */
export function unroll(code: string, sizes: Readonly<Record<string, number>>): string {
  const lines = code.split('\n');
  const output: string[] = [];
  let at = 0;

  function repeat(to: number, names: ReadonlyMap<string, number>): void {
    while (at < to) {
      const line = lines[at++] ?? '';
      const loop = /^\s*#for (\w+) < (\w+)$/.exec(line);
      if (!loop) {
        output.push(line.replaceAll(/#(\w)/g, (whole, name: string) => String(names.get(name) ?? whole)));
        continue;
      }
      const [, name = '', bound = ''] = loop;
      const [start, end] = [at, matchingEnd(lines, at)];
      const count = sizes[bound] ?? Number(bound);
      for (let i = 0; i < count; i++) {
        at = start;
        repeat(end, new Map([...names, [name, i]]));
      }
      at = end + 1;
    }
  }
  repeat(lines.length, new Map());
  return output.join('\n');
}

/** The line of the `#end` that closes the loop whose body starts at `from`. */
function matchingEnd(lines: readonly string[], from: number): number {
  let open = 1;
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (line.startsWith('#for ')) open++;
    if (line === '#end') open--;
    if (open === 0) return at;
  }
  throw new SyntaxError(`no #end for the loop in line ${from}`);
}
