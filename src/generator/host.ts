import { ElitError } from '../errors.ts';
import { log } from '../log.ts';
import type { ForwardLimits } from '../model/roofline.ts';
import type { AttentionMaps, AttentionRequest, LookProgress } from './attention.ts';
import type { BackendChoice } from './backend-choice.ts';
import type { ChosenKernels } from './network-tuning.ts';
import type { PartTimes } from './part-times.ts';
import { type FromWorker, PROTOCOL, type ToWorker, transferables } from './protocol.ts';
import type {
  EncoderProgress,
  GeneratedImage,
  GenerateRequest,
  LoadProgress,
  ModelInfo,
  StepPreview,
} from './types.ts';

/** What the worker serves: an Engine, or a test's. */
export interface Servant {
  readonly info: ModelInfo;
  readonly lost: Promise<ElitError>;
  generate(request: GenerateRequest): Promise<GeneratedImage>;
  attention(request: AttentionRequest): Promise<AttentionMaps>;
  readonly kernels: ChosenKernels;
  tuneWhenIdle(onKernels: (kernels: ChosenKernels) => void): void;
  resetTuning(): Promise<void>;
  measureLimits(): Promise<ForwardLimits | null>;
  measureParts(): Promise<PartTimes | null>;
}

/** The worker's end of the line to the page. */
export interface HostPort {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

export type LoadServant = (
  address: string,
  onProgress: (progress: LoadProgress) => void,
  choice: BackendChoice | null,
) => Promise<Servant>;

/** Answers the page's messages on `port` with what `load` makes. The worker's side of the protocol. */
export function serve(port: HostPort, load: LoadServant): void {
  const send = (message: FromWorker) => port.postMessage(message, transferables(message));
  const running = new Map<number, AbortController>();
  let servant: Servant | undefined;

  const start = async ({ address, choice }: Extract<ToWorker, { type: 'load' }>) => {
    try {
      servant = await load(address, (progress) => send({ type: 'progress', progress }), choice);
      send({ type: 'loaded', info: servant.info });
      const showKernels = (kernels: ChosenKernels) => send({ type: 'kernels', kernels });
      showKernels(servant.kernels);
      servant.tuneWhenIdle(showKernels);
      send({ type: 'ended', error: (await servant.lost).toData() });
    } catch (thrown) {
      send({ type: 'ended', error: ElitError.from(thrown).toData() });
    }
  };

  const answer = async (id: number, work: (servant: Servant, signal: AbortSignal) => Promise<FromWorker>) => {
    const cancel = new AbortController();
    running.set(id, cancel);
    try {
      if (servant === undefined)
        throw new ElitError('worker-failed', 'The worker has no model yet.', 'Load one first.');
      send(await work(servant, cancel.signal));
    } catch (thrown) {
      if (!cancel.signal.aborted) send({ type: 'failed', id, error: ElitError.from(thrown).toData() });
    } finally {
      running.delete(id);
    }
  };

  const generate = ({ id, request, previews }: Extract<ToWorker, { type: 'generate' }>) =>
    answer(id, async (drawing, signal) => {
      const onStep = (preview: StepPreview) => send({ type: 'preview', id, preview });
      const onEncoder = (progress: EncoderProgress) => send({ type: 'encoder', id, progress });
      const image = await drawing.generate({
        ...request,
        signal,
        ...((request.prompt !== undefined || request.image !== undefined) && { onEncoder }),
        ...(previews && { onStep }),
      });
      return { type: 'image', id, image };
    });

  const attention = ({ id, request }: Extract<ToWorker, { type: 'attention' }>) =>
    answer(id, async (looking, signal) => {
      const onProgress = (progress: LookProgress) => send({ type: 'looked', id, progress });
      return { type: 'maps', id, maps: await looking.attention({ ...request, signal, onProgress }) };
    });

  const measureLimits = async () => {
    try {
      send({ type: 'limits', limits: (await servant?.measureLimits()) ?? null });
    } catch (thrown) {
      log.warn('What the device could do at best cannot be measured.', thrown); // nothing depends on it
      send({ type: 'limits', limits: null });
    }
  };

  const measureParts = async () => {
    try {
      send({ type: 'parts', parts: (await servant?.measureParts()) ?? null });
    } catch (thrown) {
      const isSuperseded = thrown instanceof ElitError && thrown.code === 'superseded';
      if (!isSuperseded) log.warn('What a picture’s time is spent on cannot be measured.', thrown); // nothing depends on it
      send({ type: 'parts', parts: isSuperseded ? undefined : null });
    }
  };

  port.addEventListener('message', ({ data: message }) => {
    if (message.type === 'generate') void generate(message);
    else if (message.type === 'attention') void attention(message);
    else if (message.type === 'cancel') running.get(message.id)?.abort();
    else if (message.type === 'reset-tuning') void servant?.resetTuning();
    else if (message.type === 'measure-limits') void measureLimits();
    else if (message.type === 'measure-parts') void measureParts();
    else if (message.type === 'ping') send({ type: 'pong' });
    else if (message.protocol === PROTOCOL) void start(message);
    else send({ type: 'ended', error: otherVersion(message.protocol).toData() });
  });
}

function otherVersion(version: number): ElitError {
  return new ElitError(
    'worker-failed',
    `The page speaks version ${version} of the worker's protocol, the worker version ${PROTOCOL}.`,
    'Reload the page: it was updated while it was open.',
  );
}
