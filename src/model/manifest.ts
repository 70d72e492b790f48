import { ElitError } from '../errors.ts';
import { SOLVERS, type SolverName } from '../sampling/solvers.ts';
import { fullBudget, type NetworkConfig, parseNetworkConfig, type TextInput } from './config.ts';
import { JsonObject } from './json-object.ts';
import { type Metrics, parseMetrics } from './metrics.ts';
import { labelSubjects, type Subject } from './subjects.ts';

/** A model's `model.json`, checked: all that is known of it before its weights arrive. Plain data. */
export interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly config: NetworkConfig;
  readonly image: { readonly width: number; readonly height: number };
  /** What the network samples and the decoder takes, [channels, height, width]. */
  readonly latent: { readonly channels: number; readonly height: number; readonly width: number };
  /** In the order of the label table; the last one is 'any'. */
  readonly subjects: readonly Subject[];
  /** In the order of the label table; the last one is 'any'. */
  readonly styles: readonly string[];
  /** The class that guidance calls the network with, and that any/any is; where text is read, any/any all the same. */
  readonly nullClass: number;
  /** A picture beside model.json with one square for each style, side by side in their order; null when there is none. */
  readonly stylePictures: string | null;
  readonly defaults: ManifestDefaults;
  readonly weights: ModelFile;
  readonly decoder: ModelFile;
  /** What a drawing that begins with a picture needs; null for a model without. */
  readonly encoder: ModelFile | null;
  /** What reads prompts; null for a model that knows its names only. */
  readonly text: TextFiles | null;
  /** Whose work the model was trained on; to be shown wherever its pictures are. */
  readonly licences: readonly Licence[];
  /** null where model.json has no “training”. */
  readonly training: Training | null;
  /** How good its pictures are by budget; null where model.json has no “metrics”. */
  readonly metrics: Metrics | null;
}

/** What the network was trained on, as far as model.json says. */
export interface Training {
  /** Different pictures, without those that were held out; null when not said. */
  readonly images: number | null;
  /** Pictures seen in all, repeated ones counted; null when not said. */
  readonly samples: number | null;
  /** For people; null when not said. */
  readonly hardware: string | null;
}

export interface ManifestDefaults {
  readonly steps: number;
  readonly solver: SolverName;
  /** Guidance scale; 1 is off. */
  readonly guidance: number;
  /** Latents kept a group. */
  readonly budget: number;
}

/** What a model that reads text comes with. */
export interface TextFiles {
  /** ids and mask, int32 [B, L] -> embedding, float32 [B, width] of unit length. */
  readonly encoder: ModelFile;
  readonly tokenizer: ModelFile;
  /** The embeddings of all subjects but “any”. */
  readonly names: ModelFile;
  /** Tokens of a prompt; the rest is cut off. */
  readonly longest: number;
  /** Numbers in an embedding. */
  readonly width: number;
}

/** A file beside model.json. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** null in a model.json without them: such a file is neither checked nor kept for the next visit. */
  readonly chunks: FileChunks | null;
}

/** A file in chunks of `bytes` bytes, the last one shorter, each with its own SHA-256. */
export interface FileChunks {
  readonly bytes: number;
  /** One a chunk, 64 lower-case hexadecimal digits each. */
  readonly sha256: readonly string[];
}

export interface Licence {
  readonly work: string;
  readonly by: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** An https address. */
  readonly url: string;
}

/** The one way of forming a class index that exists so far; the text stands in model.json for people to read. */
const CLASS_RULE = 'subject * (number of styles) + style';
const WEIGHTS_FILE = 'elit.safetensors';
const DECODER_FILE = 'decoder.onnx';
const IMAGE_ENCODER_FILE = 'encoder.onnx';
const ENCODER_FILE = 'text-encoder.onnx';
const TOKENIZER_FILE = 'tokenizer.json';
const NAMES_FILE = 'names.safetensors';
/** A prompt has its first and its last token at least, and no encoder of sentences takes more than these. */
const FEWEST_TOKENS = 3;
const MOST_TOKENS = 512;
const LARGEST_EMBEDDING = 4096;
/** No path: it lies beside model.json. */
const PICTURE = /^\w[\w-]*\.(png|webp)$/;
const LARGEST_STEPS = 1000;
const LARGEST_IMAGE_SIDE = 8192;
const LARGEST_FILE_BYTES = 2 ** 36;
/** A chunk is hashed in one piece and fetched again in one piece. */
const SMALLEST_CHUNK_BYTES = 2 ** 12;
const LARGEST_CHUNK_BYTES = 2 ** 26;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads a model's manifest.
 * @throws ElitError manifest-invalid, naming the key, or config-invalid
 */
export function parseManifest(json: unknown): Manifest {
  const keys = new JsonObject(json, '', invalid);
  const text = keys.has('conditioning') ? parseText(keys) : null;
  const subjects = parseSubjects(keys);
  const styles = parseStyles(keys);
  const input: TextInput | undefined = text ? { width: text.width, styles: styles.length } : undefined;
  const config = parseNetworkConfig(keys.required('config'), input);
  const classes = subjects.length * styles.length;
  keys.oneOf('architecture', [config.latentInterface === null ? 'sit' : 'elit-sit']);
  return {
    name: keys.string('name'),
    description: keys.string('description'),
    config,
    image: parseImage(keys.object('image')),
    latent: parseLatent(keys.object('latent'), config),
    subjects,
    styles,
    nullClass: text ? classes - 1 : parseNullClass(keys, config, classes),
    stylePictures: keys.has('style_pictures') ? parsePicture(keys, 'style_pictures') : null,
    defaults: parseDefaults(keys.object('defaults'), config),
    weights: parseFile(keys.object('files'), WEIGHTS_FILE),
    decoder: parseFile(keys.object('files'), DECODER_FILE),
    encoder: keys.object('files').has(IMAGE_ENCODER_FILE) ? parseFile(keys.object('files'), IMAGE_ENCODER_FILE) : null,
    text,
    licences: keys.has('licences') ? keys.objects('licences').map(parseLicence) : [],
    training: keys.has('training') ? parseTraining(keys.object('training')) : null,
    metrics: keys.has('metrics') ? parseMetrics(keys.object('metrics'), fullBudget(config), invalid) : null,
  };
}

function parseText(keys: JsonObject): TextFiles {
  const conditioning = keys.object('conditioning');
  conditioning.oneOf('kind', ['text']);
  const classKey = ['class_index', 'null_class'].find((key) => keys.has(key));
  if (classKey !== undefined) throw invalid(`“${classKey}” is given, but the model reads text.`);
  const files = keys.object('files');
  return {
    encoder: parseFile(files, conditioning.oneOf('encoder', [ENCODER_FILE])),
    tokenizer: parseFile(files, conditioning.oneOf('tokenizer', [TOKENIZER_FILE])),
    names: parseFile(files, conditioning.oneOf('names', [NAMES_FILE])),
    longest: conditioning.integer('longest', FEWEST_TOKENS, MOST_TOKENS),
    width: conditioning.integer('width', 1, LARGEST_EMBEDDING),
  };
}

function parseSubjects(keys: JsonObject): Subject[] {
  const subjects = keys.objects('subjects').map((entry) => {
    const name = entry.string('name');
    const kind = entry.oneOf('kind', ['concept', 'category', 'any']);
    return entry.has('category') ? { name, kind, category: entry.string('category') } : { name, kind };
  });
  if (subjects.findIndex(({ kind }) => kind === 'any') !== subjects.length - 1 || subjects.length === 0) {
    throw invalid('“subjects” must end with its only entry of kind “any”.');
  }
  const labelled = labelSubjects(subjects);
  const repeated = firstRepeated(labelled.map(({ label }) => label));
  if (repeated !== undefined) throw invalid(`“subjects” has “${repeated}” twice.`);
  return labelled;
}

function parseStyles(keys: JsonObject): string[] {
  const styles = keys.strings('styles');
  if (styles.at(-1) !== 'any') throw invalid('“styles” must end with “any”.');
  const repeated = firstRepeated(styles);
  if (repeated !== undefined) throw invalid(`“styles” has “${repeated}” twice.`);
  return styles;
}

function parsePicture(keys: JsonObject, key: string): string {
  const name = keys.string(key);
  if (!PICTURE.test(name)) throw invalid(`“${key}” is “${name}”, which is no name of a PNG or WebP file.`);
  return name;
}

function parseImage(keys: JsonObject): Manifest['image'] {
  return {
    width: keys.integer('width', 1, LARGEST_IMAGE_SIDE),
    height: keys.integer('height', 1, LARGEST_IMAGE_SIDE),
  };
}

function parseLatent(keys: JsonObject, { inChannels, grid, patch }: NetworkConfig): Manifest['latent'] {
  return {
    channels: mustBe(keys, 'channels', inChannels),
    height: mustBe(keys, 'height', grid * patch),
    width: mustBe(keys, 'width', grid * patch),
  };
}

function parseNullClass(keys: JsonObject, config: NetworkConfig, classes: number): number {
  if (!keys.string('class_index').startsWith(CLASS_RULE)) {
    throw invalid(`“class_index” is not the rule “${CLASS_RULE}”, the only one that this version knows.`);
  }
  if (classes - 1 !== config.numClasses) {
    throw invalid(`subjects times styles is ${classes} classes, but the network has ${config.numClasses + 1}.`);
  }
  return mustBe(keys, 'null_class', config.numClasses);
}

function parseDefaults(keys: JsonObject, config: NetworkConfig): ManifestDefaults {
  return {
    steps: keys.integer('steps', 1, LARGEST_STEPS),
    solver: keys.oneOf('solver', SOLVERS),
    guidance: keys.positive('guidance'),
    budget: keys.integer('budget', 1, fullBudget(config)),
  };
}

function parseFile(files: JsonObject, name: string): ModelFile {
  const keys = files.object(name);
  const sha256 = keys.string('sha256');
  if (!SHA256.test(sha256)) throw invalid(`“files.${name}.sha256” is not 64 hexadecimal digits.`);
  const bytes = keys.integer('bytes', 1, LARGEST_FILE_BYTES);
  return { name, bytes, sha256, chunks: keys.has('chunks') ? parseChunks(keys.object('chunks'), name, bytes) : null };
}

function parseChunks(keys: JsonObject, name: string, fileBytes: number): FileChunks {
  const bytes = keys.integer('bytes', SMALLEST_CHUNK_BYTES, LARGEST_CHUNK_BYTES);
  const sha256 = keys.strings('sha256');
  const count = Math.ceil(fileBytes / bytes);
  if (sha256.length !== count) {
    throw invalid(`“files.${name}.chunks” has ${sha256.length} hashes, but ${fileBytes} bytes make ${count} chunks.`);
  }
  const wrong = sha256.findIndex((hash) => !SHA256.test(hash));
  if (wrong >= 0) throw invalid(`“files.${name}.chunks.sha256[${wrong}]” is not 64 hexadecimal digits.`);
  return { bytes, sha256 };
}

function parseTraining(keys: JsonObject): Training {
  const count = (key: string, least: number) =>
    keys.has(key) ? keys.integer(key, least, Number.MAX_SAFE_INTEGER) : null;
  return {
    images: count('images', 1),
    samples: count('samples', 0), // random weights are a model, too
    hardware: keys.has('hardware') ? keys.string('hardware') : null,
  };
}

function parseLicence(keys: JsonObject): Licence {
  const url = keys.string('url');
  if (!url.startsWith('https://')) throw invalid(`the licence address “${url}” does not begin with https://.`);
  return { work: keys.string('work'), by: keys.string('by'), licence: keys.string('licence'), url };
}

/** A number that follows from the configuration and is repeated for readers. */
function mustBe(keys: JsonObject, key: string, expected: number): number {
  return keys.integer(key, expected, expected);
}

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function invalid(message: string): ElitError {
  return new ElitError(
    'manifest-invalid',
    `model.json is not usable: ${message}`,
    'Check that the address points at a folder with a model of this version, with its files unchanged.',
  );
}
