import type { Page } from '@playwright/test';
import type { GenerateRequest, LoadProgress, Metrics, Settings } from '../../src/generator/types.ts';
import { StudioPage } from './studio-page.ts';

/** A drawing that the page asked the engine for. */
export interface FakeCall {
  readonly seed: number | undefined;
  readonly budget: number;
  readonly steps: number;
  /** Kind of guidance. */
  readonly guidance: string;
  readonly subject: string;
  readonly prompt: string | undefined;
  /** Drawings under way once this one has begun. */
  readonly open: number;
  /** Of a picture to begin with, and its size. */
  readonly strength?: number | undefined;
  readonly image?: number[] | undefined;
}

declare global {
  interface Window {
    fakeCalls: FakeCall[];
    /** How often a picture's time was to be split. */
    fakeSplits: number;
    /** Looks that were begun. */
    fakeLooks?: number;
  }
}

export interface FakeEngine {
  /** Milliseconds a step; a step that never ends by default. */
  readonly stepMs?: number;
  /** Milliseconds that a step of a forward at the full budget is said to take; the others their share of it. */
  readonly saidMs?: number;
  /** Whether the GPU has timestamps, by which a picture's time is split; without, it is not asked. */
  readonly timestamps?: boolean;
  /** Address of a recorded strip. */
  readonly recorded?: string;
  /** The model reads text, and a prompt waits for an encoder of 20 MB that arrives in this time, ms. */
  readonly encoderMs?: number;
  /** The load stands still here. */
  readonly stuckAt?: LoadProgress;
  /** Latency and picture depend on budget and guidance about as those of a model do. */
  readonly isVaried?: boolean;
  /** What the model says of its own quality; nothing by default. */
  readonly metrics?: Metrics;
}

/**
 * Opens the page without the model: its address asks for what there is not, so nothing is fetched, and then an engine
 * that paints plain discs takes the place of the real one. For layout and states, where no picture is judged.
 */
export async function openWithFake(page: Page, engine: FakeEngine): Promise<StudioPage> {
  await page.goto('./?backend=none');
  await page.evaluate(install, engine);
  return new StudioPage(page);
}

/** Runs in the page. */
function install({ stepMs, saidMs, timestamps, recorded, stuckAt, isVaried, metrics, encoderMs }: FakeEngine): void {
  const SIDE = 64;
  const interval = [0, 1] as const;
  const concepts = ['cat', 'cat face', 'dog', 'pizza', 'red heart', 'grinning face'];
  const named = (name: string, kind: 'concept' | 'category' | 'any') => ({
    name,
    label: name,
    kind,
    category: 'things',
  });
  const info = {
    name: 'fake',
    hash: '0123456789abcdef',
    description: 'discs',
    subjects: [...concepts.map((name) => named(name, 'concept')), named('things', 'category'), named('any', 'any')],
    styles: ['noto', 'twemoji', 'any'],
    stylePictures: null,
    readsText: encoderMs !== undefined,
    readsPictures: true,
    maxBudget: 16,
    groups: 4,
    flopShare: Array.from({ length: 16 }, (_, i) => 0.3 + (0.7 * (i + 1)) / 16),
    network: {
      tokens: 64,
      blocks: { head: 1, core: 10, tail: 1 },
      // In sum those of flopShare.
      partShare: Array.from({ length: 16 }, (_, i) => ({
        ...{ embed: 0.01, conditioning: 0.02, head: 0.1, read: 0.03, write: 0.03, tail: 0.1, final: 0.01 },
        core: (0.7 * (i + 1)) / 16,
      })),
      flops: 1.2e9,
    },
    image: { width: SIDE, height: SIDE },
    defaults: {
      ...{ subject: 'cat face', style: 'noto', seed: 7, steps: 20, budget: 8 },
      guidance: { kind: 'cfg' as const, scale: 2.5, budget: 1, interval },
      solver: 'euler' as const,
    },
    licences: [
      { work: 'Noto Emoji', by: 'Google', licence: 'Apache-2.0', url: 'https://github.com/googlefonts/noto-emoji' },
    ],
    training: { images: 1000, samples: 50_000, hardware: 'an abacus' },
    metrics: metrics ?? null,
    backend: 'webgpu' as const,
    backendReason: 'Drawn by nothing at all.',
    adapter: 'no adapter at all',
    tier: null,
    stepDowns: [],
    memoryBytes: 38_000_000,
    memorySavings: [],
    unkept: null,
    decoder: { backend: 'webgpu' as const, why: null },
  };

  const disc = (radius: number) => {
    const data = new Uint8ClampedArray(SIDE * SIDE * 4);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const inside = Math.hypot((i % SIDE) - SIDE / 2, Math.floor(i / SIDE) - SIDE / 2) < radius;
      data.set(inside ? [250, 190, 60, 255] : [0, 0, 0, 0], 4 * i);
    }
    return { width: SIDE, height: SIDE, data };
  };
  const until = (ms: number | undefined, signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      if (ms !== undefined) setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => reject(signal.reason));
    });

  const timing = (sampling: number) => ({ total: sampling + 22, sampling, decoding: 22 });
  /** As the page makes it of the same pixels. */
  const fingerprint = (image: { width: number; height: number; data: Uint8ClampedArray }) => {
    let hash = 0x811c9dc5;
    for (const byte of [...new Uint8Array(Uint32Array.of(image.width, image.height).buffer), ...image.data])
      hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };

  window.fakeCalls = [];
  window.fakeSplits = 0;
  let last: Settings | undefined;
  let open = 0;
  let hasEncoder = false;
  const fetchEncoder = async ({ onEncoder, signal }: GenerateRequest) => {
    if (hasEncoder) return;
    for (const done of [0, 5e6, 15e6]) {
      onEncoder?.({ done, total: 20e6 });
      await until((encoderMs ?? 0) / 3, signal);
    }
    hasEncoder = true;
  };

  const studio = document.querySelector('elit-studio')!;
  studio.loadEngine = async (_, { signal, onProgress, onParts }) => {
    if (stuckAt !== undefined) {
      onProgress?.(stuckAt);
      await until(undefined, signal);
    }
    return {
      info,
      dispose: () => undefined,
      measureParts() {
        window.fakeSplits++;
        if (timestamps === undefined) return;
        const ms = { conditioning: 1, head: 8, read: 5, core: 40, write: 6, tail: 9, decode: 10 };
        onParts?.(timestamps && last ? { settings: last, ms } : null);
      },
      /** Read sees another place with every step; Write gives a place the more of a latent the earlier it is. */
      async attention({ subject = 'any', style = 'any', seed, steps = 20, budget = 16, at = [], ...rest }) {
        window.fakeLooks = (window.fakeLooks ?? 0) + 1;
        for (let step = 1; step <= steps; step++) {
          await until(stepMs, rest.signal);
          rest.onProgress?.({ step, steps });
        }
        const n = 16;
        const rows = (row: (step: number, of: number) => readonly number[]) =>
          Float32Array.from(at.flatMap((step) => Array.from({ length: 64 }, (_, i) => row(step, i % n)).flat()));
        const only = (slot: number) => Array.from({ length: n }, (_, i) => (i === slot % n ? 0.625 : 0.025));
        return {
          settings: {
            ...{ subject, style, seed: seed ?? null, steps, budget, solver: 'euler' as const },
            guidance: { kind: 'cfg' as const, scale: 2.5, budget: 1, interval },
          },
          ...{ steps: at, grid: 8, window: 4 },
          read: rows((step, latent) => only(latent + step)),
          write: rows(() => Array.from({ length: n }, (_, latent) => (2 * (n - latent)) / (n * (n + 1)))),
        };
      },
      async generate({
        subject = 'any',
        prompt,
        style = 'any',
        seed,
        variation,
        steps = 20,
        budget = 16,
        guidance,
        ...rest
      }) {
        const { image, strength } = rest;
        const whole = typeof guidance === 'object' ? guidance : { kind: 'cfg' as const, scale: guidance ?? 1 };
        const begun = image && { strength, image: [image.width, image.height] };
        window.fakeCalls.push({
          seed,
          budget,
          steps,
          subject,
          prompt,
          guidance: whole.kind ?? 'cfg',
          open: ++open,
          ...begun,
        });
        try {
          if (prompt !== undefined) await fetchEncoder(rest);
          for (let step = 1; step <= steps; step++) {
            await until(stepMs, rest.signal);
            rest.onStep?.({ step, steps, pixels: disc(step) });
          }
        } finally {
          open--;
        }
        const said = saidMs && saidMs * steps * info.flopShare[budget - 1]!;
        last = {
          ...(prompt === undefined ? {} : { prompt }),
          ...(variation ? { variation } : {}),
          ...{ subject, style, seed: seed ?? null, steps, budget, solver: 'euler' },
          ...(image && { strength: strength ?? 1, picture: fingerprint(image) }),
          guidance: { budget: 1, interval, ...whole } as Settings['guidance'],
        };
        const effects = { none: [0.5, 5], cfg: [1, 0], ccfg: [0.65, 1], autoguidance: [0.7, 2] } as const;
        const [cost, change] = effects[whole.kind ?? 'cfg'];
        const sampling = isVaried ? cost * (20 + 5 * budget) : 61;
        return {
          ...disc(12 + budget + (isVaried ? change : 0)),
          latents: new Float32Array(1),
          settings: last,
          timing: timing(said ?? (stepMs ? stepMs * steps : sampling)),
          backend: 'webgpu',
        };
      },
    };
  };
  studio.backend = null;
  studio.settings = {};
  studio.recorded = recorded ?? null;
  studio.model = 'fake/';
}
