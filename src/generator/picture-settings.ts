import { ElitError } from '../errors.ts';
import { JsonObject } from '../model/json-object.ts';
import { parseStrictJson } from '../model/strict-json.ts';
import { readPngText, withPngText } from '../png/text.ts';
import { GUIDANCE_KINDS, type Guidance } from '../sampling/guidance.ts';
import { SOLVERS } from '../sampling/solvers.ts';
import type { Settings, Variation } from './types.ts';

/** What a downloaded picture says of how it was drawn. */
export interface PictureSettings {
  /** The model's name. */
  readonly model: string;
  /** The model's hash (`ModelInfo.hash`); absent where the writer did not know it. */
  readonly hash?: string;
  /** As they were used; whether a model can draw them again is for it to say. */
  readonly settings: Settings;
}

const KEYWORD = 'elit-web';
const VERSION = 1;
const MAX_DEPTH = 8;
const LARGEST = 2 ** 32;

/** A copy of a PNG that carries the settings it was drawn with. @throws ElitError picture-invalid when it is no PNG */
export function withPictureSettings(png: Uint8Array, picture: PictureSettings): Uint8Array<ArrayBuffer> {
  const { model, hash, settings } = picture;
  const json = JSON.stringify({ version: VERSION, model, hash, settings });
  // PNG's plain text is Latin-1; JSON can say everything else in ASCII.
  const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return withPngText(png, KEYWORD, ascii);
}

/**
 * The settings that a PNG carries.
 * @throws ElitError picture-invalid when it is no PNG, carries none, or what it carries are no settings
 */
export function readPictureSettings(png: Uint8Array): PictureSettings {
  const text = readPngText(png).get(KEYWORD);
  if (text === undefined) throw invalid('The picture carries no settings.');
  const keys = new JsonObject(parseJson(text), '', (message) =>
    invalid(`The picture’s settings are damaged: ${message}`),
  );
  keys.integer('version', VERSION, VERSION);
  const picture = { model: keys.string('model'), settings: parseSettings(keys.object('settings')) };
  return keys.has('hash') ? { ...picture, hash: keys.string('hash') } : picture;
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, MAX_DEPTH);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw invalid(`The picture’s settings are damaged: ${cause.message}.`);
    throw cause;
  }
}

function parseSettings(keys: JsonObject): Settings {
  return {
    subject: keys.string('subject'),
    ...(keys.has('prompt') ? { prompt: keys.string('prompt') } : {}),
    style: keys.string('style'),
    seed: keys.required('seed') === null ? null : keys.integer('seed', 0, LARGEST - 1),
    ...(keys.has('variation') ? { variation: parseVariation(keys.object('variation')) } : {}),
    steps: keys.integer('steps', 1, LARGEST),
    budget: keys.integer('budget', 1, LARGEST),
    guidance: parseGuidance(keys.object('guidance')),
    solver: keys.oneOf('solver', SOLVERS),
    ...(keys.has('strength') ? { strength: keys.number('strength') } : {}),
    ...(keys.has('picture') ? { picture: keys.string('picture') } : {}),
  };
}

function parseVariation(keys: JsonObject): Variation {
  return { seed: keys.integer('seed', 0, LARGEST - 1), amount: keys.number('amount') };
}

function parseGuidance(keys: JsonObject): Guidance {
  const [low, high] = keys.numbers('interval', 2);
  return {
    kind: keys.oneOf('kind', GUIDANCE_KINDS),
    scale: keys.number('scale'),
    budget: keys.integer('budget', 1, LARGEST),
    interval: [low!, high!],
  };
}

function invalid(message: string): ElitError {
  return new ElitError(
    'picture-invalid',
    message,
    'Use a PNG that was downloaded from this page, with its contents unchanged.',
  );
}
