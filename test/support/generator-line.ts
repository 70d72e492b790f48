import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, vi } from 'vitest';
import type { ElitError } from '../../src/errors.ts';
import type { AttentionMaps, AttentionRequest } from '../../src/generator/attention.ts';
import { type HostPort, type LoadServant, type Servant, serve } from '../../src/generator/host.ts';
import { describeModel } from '../../src/generator/model-info.ts';
import type { PartTimes } from '../../src/generator/part-times.ts';
import type { ToWorker } from '../../src/generator/protocol.ts';
import { defaultSettings } from '../../src/generator/settings.ts';
import type { GeneratedImage, GenerateRequest } from '../../src/generator/types.ts';
import type { WorkerPort } from '../../src/generator/worker-link.ts';
import type { ForwardLimits } from '../../src/model/roofline.ts';
import { fakeModel, tinyManifest } from './generator-fakes.ts';

export const info = describeModel(fakeModel().model);
/** An image of one pixel. */
export function picture(budget: number): GeneratedImage {
  return {
    width: 1,
    height: 1,
    data: Uint8ClampedArray.of(1, 2, 3, 255),
    latents: Float32Array.of(0.5, -0.5),
    settings: { ...defaultSettings(tinyManifest()), budget },
    timing: { total: 1e6, sampling: 2, decoding: 1 },
    backend: 'webgpu',
  };
}

/** A servant whose images the test hands out. */
export class FakeServant implements Servant {
  readonly info = info;
  readonly requests: GenerateRequest[] = [];
  readonly answers: { resolve: (image: GeneratedImage) => void; reject: (reason: unknown) => void }[] = [];
  readonly looks: AttentionRequest[] = [];
  readonly maps: { resolve: (maps: AttentionMaps) => void; reject: (reason: unknown) => void }[] = [];
  readonly kernels = { 'a product': 'direct 4×4' };
  onKernels: (kernels: Record<string, string>) => void = () => undefined;
  readonly resetTuning = vi.fn(() => Promise.resolve());
  readonly measureLimits = vi.fn((): Promise<ForwardLimits | null> => Promise.resolve(null));
  readonly measureParts = vi.fn((): Promise<PartTimes | null> => Promise.resolve(null));
  lose: (error: ElitError) => void = () => undefined;
  readonly lost = new Promise<ElitError>((resolve) => {
    this.lose = resolve;
  });

  tuneWhenIdle(onKernels: (kernels: Record<string, string>) => void): void {
    this.onKernels = onKernels;
  }

  attention(request: AttentionRequest): Promise<AttentionMaps> {
    this.looks.push(request);
    return new Promise((resolve, reject) => {
      this.maps.push({ resolve, reject });
      request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
    });
  }

  generate(request: GenerateRequest): Promise<GeneratedImage> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.answers.push({ resolve, reject });
      request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
    });
  }
}

const open: MessagePort[] = [];

/** Both ends of a line across which everything is cloned as between a page and its worker. */
export function line(load: LoadServant) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const errors = new EventTarget();
  const terminate = vi.fn();
  const sent: ToWorker[] = [];
  const port: WorkerPort = {
    postMessage: (message) => {
      sent.push(message);
      port1.postMessage(message);
    },
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) => {
      const target: unknown = type === 'message' ? port1 : errors;
      (target as EventTarget).addEventListener(type, listener);
      port1.start();
    },
    terminate,
  };
  const host: unknown = port2;
  serve(host as HostPort, load);
  port2.start();
  const crash = (message: string) => errors.dispatchEvent(Object.assign(new Event('error'), { message }));
  const hang = () => port2.close();
  return { port, terminate, sent, crash, hang };
}

/** Waits until the servant has had `count` requests. */
export async function received(servant: FakeServant, count = 1): Promise<void> {
  await vi.waitFor(() => expect(servant.requests).toHaveLength(count));
}

/** To be called after every test. */
export function closeLines(): void {
  for (const port of open.splice(0)) port.close();
}
