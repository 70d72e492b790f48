import { ElitError } from '../errors.ts';
import { fold, nearNames } from './near-names.ts';

/** What a picture can be of: one concept, any concept of a category, or anything. */
export interface NamedSubject {
  readonly name: string;
  readonly kind: 'concept' | 'category' | 'any';
  /** The category a concept belongs to. */
  readonly category?: string;
}

/** A subject with a name of its own. */
export interface Subject extends NamedSubject {
  /** The name, or `category:NAME` for a category that shares its name with a concept. Unique; accepted as a name. */
  readonly label: string;
}

/** What a model's classes are made of: each subject in each style, in the order of the label table. */
export interface ClassNames {
  /** The model's name, for messages. */
  readonly name: string;
  readonly subjects: readonly Subject[];
  readonly styles: readonly string[];
}

const CATEGORY_PREFIX = 'category:';
const NEAR_NAMES = 6;

/** Gives every subject a label; a plain name that two subjects have means the concept. */
export function labelSubjects(subjects: readonly NamedSubject[]): Subject[] {
  const others = new Set(subjects.filter(({ kind }) => kind !== 'category').map(({ name }) => name));
  return subjects.map((subject) => {
    const shared = subject.kind === 'category' && others.has(subject.name);
    return { ...subject, label: shared ? CATEGORY_PREFIX + subject.name : subject.name };
  });
}

/**
 * The row of the label table for a subject and a style, both as findSubject and findStyle take them.
 * any/any is the null class.
 * @throws ElitError name-unknown with the nearest names
 */
export function classIndex(model: ClassNames, subject: string, style: string): number {
  return findSubject(model, subject) * model.styles.length + findStyle(model, style);
}

/**
 * The index of a subject by its label, or by `category:NAME` for any category. Case, accents and punctuation may
 * differ as long as one concept, or else one category, alone fits.
 * @throws ElitError name-unknown with the nearest names
 */
export function findSubject(model: ClassNames, name: string): number {
  const labels = model.subjects.map(({ label }) => label);
  return knownSubject(model, name) ?? refuse(model, 'subject', name, labels);
}

/** The same for a text that need not be a name; null where it is none. */
export function knownSubject({ subjects }: ClassNames, name: string): number | null {
  const labels = subjects.map(({ label }) => label);
  const exact = labels.indexOf(name);
  if (exact >= 0) return exact;
  const category = subjects.findIndex((subject) => isCategory(subject) && name === CATEGORY_PREFIX + subject.name);
  if (category >= 0) return category;
  const concepts = subjects.map((subject) => (isCategory(subject) ? null : subject.label));
  return onlyFolded(concepts, name) ?? onlyFolded(labels, name);
}

/** The index of a style; see findSubject. @throws ElitError name-unknown with the nearest names */
export function findStyle(model: ClassNames, name: string): number {
  const exact = model.styles.indexOf(name);
  if (exact >= 0) return exact;
  return onlyFolded(model.styles, name) ?? refuse(model, 'style', name, model.styles);
}

function isCategory({ kind }: NamedSubject): boolean {
  return kind === 'category';
}

/** The index of the only name that is the same once folded; null where there is none or more than one. */
function onlyFolded(names: readonly (string | null)[], name: string): number | null {
  const wanted = fold(name);
  const found = names.flatMap((candidate, i) => (candidate !== null && fold(candidate) === wanted ? [i] : []));
  return found.length === 1 ? found[0]! : null;
}

function refuse(model: ClassNames, what: 'subject' | 'style', name: string, names: readonly string[]): never {
  const near = nearNames(name, names, NEAR_NAMES).map((candidate) => `“${candidate}”`);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : `Choose one of the ${names.length} ${what}s that the model's “model.json” lists.`;
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  throw new ElitError('name-unknown', `The model ${model.name} knows no ${what} “${shown}”.`, hint);
}
