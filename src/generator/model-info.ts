import { fullBudget } from '../model/config.ts';
import { flopShares } from '../model/cost.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Device } from './device.ts';
import { defaultSettings } from './settings.ts';
import type { ModelInfo } from './types.ts';

/** What a page is told of a model that has been loaded onto a device. */
export function describeModel(manifest: Manifest, { backend, name }: Pick<Device, 'backend' | 'name'>): ModelInfo {
  const { config, image } = manifest;
  const { window } = config.latentInterface ?? { window: config.grid };
  return {
    name: manifest.name,
    description: manifest.description,
    subjects: manifest.subjects,
    styles: manifest.styles,
    maxBudget: fullBudget(config),
    groups: (config.grid / window) ** 2,
    flopShare: flopShares(config),
    image: { width: image.width, height: image.height },
    defaults: defaultSettings(manifest),
    licences: manifest.licences,
    backend,
    adapter: name,
  };
}
