import { fullBudget, type NetworkConfig } from '../model/config.ts';
import { flopShares, forwardFlops, partShares } from '../model/cost.ts';
import type { Manifest } from '../model/manifest.ts';
import type { LoadedModel } from './load-model.ts';
import { defaultSettings } from './settings.ts';
import type { ModelInfo, NetworkFacts } from './types.ts';

/** Of each file: enough to tell a model's versions apart, short enough for an address. */
const HASH_DIGITS = 8;

/** What a page is told of a model that has been loaded onto a device. */
export function describeModel({ manifest, device, sampler, decoder, unkept }: LoadedModel): ModelInfo {
  const { config, image } = manifest;
  const { window } = config.latentInterface ?? { window: config.grid };
  return {
    name: manifest.name,
    hash: modelHash(manifest),
    description: manifest.description,
    subjects: manifest.subjects,
    styles: manifest.styles,
    stylePictures: manifest.stylePictures,
    readsText: manifest.text !== null,
    readsPictures: manifest.encoder !== null,
    maxBudget: fullBudget(config),
    groups: (config.grid / window) ** 2,
    flopShare: flopShares(config),
    network: networkFacts(config),
    image: { width: image.width, height: image.height },
    defaults: defaultSettings(manifest),
    licences: manifest.licences,
    training: manifest.training,
    metrics: manifest.metrics,
    backend: device.backend,
    backendReason: device.reason,
    adapter: device.name,
    tier: sampler.tier?.tier ?? null,
    stepDowns: sampler.tier?.stepDowns ?? [],
    memoryBytes: device.memoryBytes?.() ?? null,
    memorySavings: sampler.memorySavings ?? [],
    decoder: decoder.info,
    unkept,
  };
}

/**
 * Digits of every file whose change can change a picture that settings alone draw again. That leaves out what reads a
 * picture to begin with: no settings hold one.
 */
function modelHash({ weights, decoder, text }: Manifest): string {
  const files = [weights, decoder, text?.encoder, text?.tokenizer, text?.names];
  return files.map((file) => file?.sha256.slice(0, HASH_DIGITS) ?? '').join('');
}

function networkFacts(config: NetworkConfig): NetworkFacts {
  const { headBlocks, coreBlocks, tailBlocks } = config.latentInterface ?? {
    headBlocks: config.depth,
    coreBlocks: 0,
    tailBlocks: 0,
  };
  return {
    tokens: config.grid ** 2,
    blocks: { head: headBlocks, core: coreBlocks, tail: tailBlocks },
    partShare: partShares(config),
    flops: forwardFlops(config, fullBudget(config)),
  };
}
