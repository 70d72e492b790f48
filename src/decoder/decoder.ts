import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { TimedProgram } from '../gpu/parts.ts';
import { type Dispatch, NO_STAGE, Program, StageTable } from '../gpu/program.ts';
import { timeLaunches } from '../gpu/timing.ts';
import { type MapShape, pixels } from '../kernels/feature-map.ts';
import { RGBA } from '../kernels/rgba8/rgba8.ts';
import { planDecoder } from './plan.ts';
import { readDecoder } from './read-decoder.ts';
import { Recorder, type Recording } from './recording.ts';

/** RGBA8, straight alpha, rows from the top. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** decoder.onnx on our own kernels: latents [C, h, w] -> RGBA8, one compute pass and one small readback. */
export class GpuDecoder {
  readonly #gpu: Gpu;
  readonly #recorder: Recorder;
  readonly #recording: Recording;
  readonly #program: Program;
  readonly #stages: StageTable;
  readonly #image: ImageSize;
  /** Bytes of the latents of one image. */
  readonly #latentBytes: number;

  private constructor(
    gpu: Gpu,
    recorder: Recorder,
    recording: Recording,
    program: Program,
    latents: MapShape,
    image: ImageSize,
  ) {
    this.#gpu = gpu;
    this.#recorder = recorder;
    this.#recording = recording;
    this.#program = program;
    this.#stages = new StageTable(gpu, [NO_STAGE]);
    this.#image = image;
    this.#latentBytes = 4 * latents.channels * pixels(latents);
  }

  /**
   * Reads the file, uploads its weights and compiles what it takes.
   * @throws ElitError decoder-failed when the file is damaged, does not fit the shapes of model.json, or has a step
   * that our kernels lack (the message names it; onnxruntime may know it); gpu-limits | gpu-out-of-memory | gpu-shader
   */
  static async load(gpu: Gpu, file: Uint8Array, latents: MapShape, { width, height }: ImageSize): Promise<GpuDecoder> {
    const plan = planDecoder(readDecoder(file, latents, { channels: RGBA, height, width }));
    const recorder = new Recorder(gpu);
    try {
      const recording = await gpu.allocate(() => recorder.record(plan, latents));
      const program = await Program.build(gpu, 'decoder', recording.dispatches);
      return new GpuDecoder(gpu, recorder, recording, program, latents, { width, height });
    } catch (thrown) {
      recorder.dispose();
      throw thrown;
    }
  }

  /** The launches of one decode, with their FLOPs. */
  get dispatches(): readonly Dispatch[] {
    return this.#program.dispatches;
  }

  /** Timed mode: one decode, of whatever latents came last. */
  get timed(): TimedProgram {
    const time = (repeats: number) => timeLaunches(this.#gpu, this.#program, this.#stages, 0, repeats);
    return { dispatches: this.dispatches, times: 1, time };
  }

  /**
   * Decodes the latents [C·h·w] of one image, given as numbers or as a storage buffer on the same GPU. All work is
   * queued before this returns, so the buffer may be written again, and calls may overlap.
   * @throws ElitError decoder-failed for another number of latents; gpu-device-lost
   */
  async decode(latents: Float32Array<ArrayBuffer> | GPUBuffer): Promise<DecodedImage> {
    const { device } = this.#gpu;
    const input = this.#recording.latents;
    const encoder = device.createCommandEncoder({ label: 'decode' });
    if (latents instanceof Float32Array) {
      if (latents.byteLength !== this.#latentBytes) throw wrongSize(latents.byteLength, this.#latentBytes);
      device.queue.writeBuffer(input, 0, latents);
    } else {
      if (latents.size !== input.size) throw wrongSize(latents.size, input.size);
      encoder.copyBufferToBuffer(latents, 0, input, 0, input.size);
    }
    const pass = encoder.beginComputePass({ label: 'decode' });
    this.#stages.select(pass, 0);
    this.#program.encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const { width, height } = this.#image;
    const rgba = await this.#gpu.read(this.#recording.rgba, RGBA * width * height);
    return { width, height, data: new Uint8ClampedArray(rgba.buffer) };
  }

  dispose(): void {
    this.#stages.dispose();
    this.#program.dispose();
    this.#recorder.dispose();
  }
}

function wrongSize(given: number, needed: number): ElitError {
  return new ElitError(
    'decoder-failed',
    `The decoder was given latents of ${given} bytes and takes ${needed}.`,
    'Decode latents of the model that the decoder belongs to.',
  );
}
