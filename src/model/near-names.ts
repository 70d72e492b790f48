/** Longest name that is compared letter by letter; the rest of a longer one is ignored. */
const LONGEST = 64;
/** Half of the letters wrong is no longer a near name. */
const WORST = 0.45;
/** Each word of a name that was not asked for counts as much as a small typing error. */
const UNASKED_WORD = 0.02;
/** A word that was asked for and that a name lacks counts far more. */
const MISSING_WORD = 0.2;

/**
 * The names nearest to what somebody typed, nearest first, at most `limit`: other case, hyphens or spaces, typing
 * errors, some of the words in any order, beginnings of words.
 */
export function nearNames(typed: string, names: readonly string[], limit: number): string[] {
  const query = words(typed);
  if (query.length === 0) return [];
  return names
    .map((name) => ({ name, distance: distance(query, words(name)) }))
    .filter(({ distance }) => distance <= WORST)
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A name without what people leave out or vary: case, accents, punctuation. Names of nothing else stay as they are. */
export function fold(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (
    plain
      .replace(/['’]/g, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim() || plain.trim()
  );
}

function words(name: string): string[] {
  return fold(name.slice(0, LONGEST)).split(' ').filter(Boolean);
}

/** 0 for the same, 1 for nothing in common: the best of word by word in either direction, and all letters in a row. */
function distance(query: readonly string[], name: readonly string[]): number {
  const unasked = Math.max(0, name.length - query.length) * UNASKED_WORD;
  const missing = Math.max(0, query.length - name.length) * MISSING_WORD;
  return Math.min(
    wordsDistance(query, name) + unasked,
    query.length > name.length ? wordsDistance(name, query) + missing : 1,
    editShare(query.join(''), name.join('')),
  );
}

/** How far each of these words is from the nearest of those, on average. */
function wordsDistance(these: readonly string[], those: readonly string[]): number {
  const costs = these.map((word) => Math.min(1, ...those.map((candidate) => wordDistance(word, candidate))));
  return costs.reduce((sum, cost) => sum + cost, 0) / these.length;
}

function wordDistance(typed: string, word: string): number {
  if (word.startsWith(typed)) return 0.2 * (1 - typed.length / word.length);
  return editShare(typed, word);
}

/** Typing errors (a letter wrong, missing, too many, or two swapped) as a share of the longer text's letters. */
function editShare(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 0;
  if (Math.abs(a.length - b.length) > longer * WORST) return 1;
  return edits(a, b) / longer;
}

/** Optimal string alignment distance, three rows at a time. */
function edits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
