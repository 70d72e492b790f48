import type { ElitError } from '../errors.ts';
import type { NetworkConfig } from '../model/config.ts';
import type { Safetensors } from '../model/safetensors.ts';
import type { RunSpec } from '../sampling/sampling-run.ts';
import type { Run } from './run.ts';
import type { Backend } from './types.ts';

/** A network that draws, on whichever device. */
export interface RunSampler {
  begin(spec: RunSpec): Promise<Run>;
  dispose(): Promise<void>;
}

/** What a network is run on. */
export interface Device {
  readonly backend: Backend;
  /** For people. */
  readonly name: string;
  /** Settles when the device is lost; nothing can be drawn from then on. */
  readonly lost: Promise<ElitError>;
  /** @throws ElitError weights-mismatch | gpu-limits | gpu-shader | internal */
  open(config: NetworkConfig, weights: Safetensors): Promise<RunSampler>;
  dispose(): void;
}

export type OpenDevice = () => Promise<Device>;
