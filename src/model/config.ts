import { ElitError } from '../errors.ts';
import { JsonObject } from './json-object.ts';

/** Shape of the network. Names follow the paper; see parseNetworkConfig for the keys of the JSON. */
export interface NetworkConfig {
  /** Width D of tokens and latents. */
  readonly hidden: number;
  /** Attention heads H; the head width d = D/H is a multiple of 8, at most 128. */
  readonly heads: number;
  /** Number of transformer blocks in all. */
  readonly depth: number;
  /** Spatial tokens along one side, g; T = g². */
  readonly grid: number;
  /** Patch side p. */
  readonly patch: number;
  /** Input (and output) channels C of the network. */
  readonly inChannels: number;
  /** Rows of the label table less one; this index is the null class. 0 where the network reads text instead. */
  readonly numClasses: number;
  /** What a network that reads text takes; it has no label table. */
  readonly text?: TextInput;
  /** What t is multiplied by before the sinusoid; 1 for published models. */
  readonly timeScale: number;
  /** The latent interface; null is the plain SiT baseline. */
  readonly latentInterface: LatentInterfaceConfig | null;
}

export interface TextInput {
  /** Numbers in a text's embedding. */
  readonly width: number;
  /** Rows of the style table, “any” among them. */
  readonly styles: number;
}

export interface LatentInterfaceConfig {
  readonly headBlocks: number;
  readonly coreBlocks: number;
  readonly tailBlocks: number;
  /** Window side w; a group has n = w² latents, there are G = (g/w)² groups. */
  readonly window: number;
}

/** Rows of the table of latent places (`latent_pos_embed`) in every checkpoint. */
export const LATENT_PLACES = 4096;

/** Beyond any published model by a wide margin; keeps every product of two sizes an exact integer. */
const LARGEST_SIZE = 2 ** 20;
const HEAD_WIDTH_STEP = 8;
const LARGEST_HEAD_WIDTH = 128;

/**
 * Reads a network's configuration from JSON: `hidden`, `heads`, `depth`, `grid`, `patch`, `in_channels`,
 * `num_classes`, optionally `time_scale` (1), and for an ELIT `group` (the window side), `head_blocks`, `core_blocks`
 * and `tail_blocks`. Without `group` it is the plain SiT. Other keys are left alone.
 * @param text given for a network that reads text: it has no `num_classes`
 * @throws ElitError config-invalid, naming the key
 */
export function parseNetworkConfig(json: unknown, text?: TextInput): NetworkConfig {
  const keys = new JsonObject(json, '', invalid);
  if (text && keys.has('num_classes')) throw invalid('“num_classes” is given, but the network reads text.');
  const config: NetworkConfig = {
    hidden: size(keys, 'hidden'),
    heads: size(keys, 'heads'),
    depth: size(keys, 'depth'),
    grid: size(keys, 'grid'),
    patch: size(keys, 'patch'),
    inChannels: size(keys, 'in_channels'),
    ...(text ? { numClasses: 0, text } : { numClasses: size(keys, 'num_classes') }),
    timeScale: keys.has('time_scale') ? keys.positive('time_scale') : 1,
    latentInterface: latentInterface(keys),
  };
  checkWidths(config);
  if (config.latentInterface !== null) checkInterface(config, config.latentInterface);
  return config;
}

/** Latents of a full group, n = w²; for a plain SiT 1, its only budget. */
export function fullBudget(config: NetworkConfig): number {
  return (config.latentInterface?.window ?? 1) ** 2;
}

/**
 * Latents kept of a group of n for a budget given as a fraction: max(1, floor(n·budget)), forgiving of rounding.
 * @throws ElitError request-invalid unless 0 ≤ fraction ≤ 1
 */
export function latentsForFraction(fraction: number, n: number): number {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new ElitError(
      'request-invalid',
      `The budget is the fraction ${fraction} of the latents.`,
      'Give a fraction between 0 and 1.',
    );
  }
  return Math.max(1, Math.floor(n * fraction + 1e-9));
}

function latentInterface(keys: JsonObject): LatentInterfaceConfig | null {
  if (!keys.has('group')) {
    const orphan = ['head_blocks', 'core_blocks', 'tail_blocks'].find((key) => keys.has(key));
    if (orphan === undefined) return null;
    throw invalid(`“${orphan}” is given, but “group” (the window side) is missing.`);
  }
  return {
    headBlocks: size(keys, 'head_blocks', 0),
    coreBlocks: size(keys, 'core_blocks'),
    tailBlocks: size(keys, 'tail_blocks', 0),
    window: size(keys, 'group'),
  };
}

function checkWidths({ hidden, heads }: NetworkConfig): void {
  if (hidden % heads !== 0) throw invalid(`“hidden” (${hidden}) cannot be divided by “heads” (${heads}).`);
  const headWidth = hidden / heads;
  if (headWidth % HEAD_WIDTH_STEP !== 0 || headWidth > LARGEST_HEAD_WIDTH) {
    throw invalid(
      `“hidden” / “heads” is a head width of ${headWidth}; ` +
        `it must be a multiple of ${HEAD_WIDTH_STEP}, at most ${LARGEST_HEAD_WIDTH}.`,
    );
  }
}

function checkInterface({ depth, grid }: NetworkConfig, parts: LatentInterfaceConfig): void {
  const { headBlocks, coreBlocks, tailBlocks, window } = parts;
  if (headBlocks + coreBlocks + tailBlocks !== depth) {
    throw invalid(
      `“head_blocks” + “core_blocks” + “tail_blocks” is ${headBlocks} + ${coreBlocks} + ${tailBlocks}, ` +
        `but “depth” is ${depth}.`,
    );
  }
  if (grid % window !== 0) throw invalid(`“grid” (${grid}) cannot be divided by “group” (${window}).`);
  if (grid * grid > LATENT_PLACES) {
    throw invalid(`“grid” is ${grid}, but there are latent places for ${Math.sqrt(LATENT_PLACES)} at most.`);
  }
}

function size(keys: JsonObject, key: string, smallest = 1): number {
  return keys.integer(key, smallest, LARGEST_SIZE);
}

function invalid(message: string): ElitError {
  return new ElitError(
    'config-invalid',
    `The network's configuration is not usable: ${message}`,
    'Correct the configuration (“config” in model.json) to describe the network that the weights come from.',
  );
}

/** @throws ElitError request-invalid for a class beyond the null class, numClasses, or where there are no classes */
export function checkClass({ numClasses, text }: NetworkConfig, index: number): void {
  if (text) {
    const hint = 'Give the vector of a text instead.';
    throw new ElitError('request-invalid', `Class ${index} is asked for, but the network reads text.`, hint);
  }
  if (Number.isInteger(index) && index >= 0 && index <= numClasses) return;
  throw new ElitError('request-invalid', `Class ${index} is not in 0..${numClasses}.`, 'Choose a class the model has.');
}
