import type { Subject } from '../../generator/types.ts';
import { fold, nearNames } from '../../model/near-names.ts';

export interface SearchResult {
  /** The best matches, best first. */
  readonly subjects: readonly Subject[];
  /** How many match in all. */
  readonly total: number;
  /** True when nothing matches and these are only names that look alike. */
  readonly isNear: boolean;
}

interface Entry {
  readonly subject: Subject;
  readonly name: string;
  readonly words: readonly string[];
  readonly category: string;
}

const NEAR_NAMES = 8;

/** From the best kind of answer to the weakest; an entry counts by the first that holds. */
const RANKS: readonly ((entry: Entry, query: string, words: readonly string[]) => boolean)[] = [
  (entry, query) => entry.name === query,
  (entry, query) => entry.words[0] === query,
  (entry, query) => entry.name.startsWith(query),
  (entry, query) => entry.words.includes(query),
  (entry, _, words) => words.every((word) => entry.words.some((part) => part.startsWith(word))),
  (entry, query) => entry.name.includes(query),
  (entry, _, words) => words.every((word) => `${entry.name} ${entry.category}`.includes(word)),
];

/** Finds subjects by what somebody has typed so far; ready to be asked at every keystroke. */
export class SubjectSearch {
  readonly #entries: readonly Entry[];
  readonly #byLabel: ReadonlyMap<string, Subject>;

  constructor(subjects: readonly Subject[]) {
    this.#byLabel = new Map(subjects.map((subject) => [subject.label, subject]));
    this.#entries = subjects.map((subject) => {
      const name = fold(subject.name);
      return { subject, name, words: name.split(' '), category: fold(subject.category ?? '') };
    });
  }

  /** The subject of exactly this label, but for case, accents and punctuation. */
  exactly(typed: string): Subject | null {
    const folded = fold(typed);
    return this.#byLabel.get(typed) ?? this.#entries.find(({ name }) => name === folded)?.subject ?? null;
  }

  /** Whether what was typed is the beginning of a longer name, and so may not be all that is to come. */
  begins(typed: string): boolean {
    const query = fold(typed);
    return this.#entries.some(({ name }) => name.length > query.length && name.startsWith(query));
  }

  /** The best `limit` answers to `typed`; without a query: any, then the categories, then the concepts. */
  find(typed: string, limit: number): SearchResult {
    const query = fold(typed);
    const ranked = query === '' ? this.#browse() : this.#rank(query);
    if (ranked.length > 0) return { subjects: ranked.slice(0, limit), total: ranked.length, isNear: false };
    const near = nearNames(typed, [...this.#byLabel.keys()], NEAR_NAMES).flatMap(
      (label) => this.#byLabel.get(label) ?? [],
    );
    return { subjects: near, total: near.length, isNear: true };
  }

  #browse(): Subject[] {
    const order = { any: 0, category: 1, concept: 2 };
    return this.#entries.map(({ subject }) => subject).sort((a, b) => order[a.kind] - order[b.kind]);
  }

  #rank(query: string): Subject[] {
    const words = query.split(' ');
    return this.#entries
      .map((entry) => ({ entry, rank: RANKS.findIndex((answers) => answers(entry, query, words)) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank || a.entry.name.length - b.entry.name.length)
      .map(({ entry }) => entry.subject);
  }
}
