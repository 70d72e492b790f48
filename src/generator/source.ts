import { ElitError, type ErrorData } from '../errors.ts';
import type { ModelFile } from '../model/manifest.ts';

/** Where a model's files come from. */
export interface ModelSource {
  /**
   * Reads one file of the model whole; fewer bytes than `expected` says when it ends too early.
   * @throws ElitError 'model-not-found' | 'model-network' | 'model-corrupt' | 'model-too-large', or the signal's reason
   */
  read(file: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Why what was read is not kept for the next visit; absent or null when it is, or where nobody expects it to be. */
  readonly unkept?: ErrorData | null;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Bytes read so far. */
  readonly onBytes?: (bytes: number) => void;
  /** No more than this is read. */
  readonly limit: number;
  /** What model.json says of the file, by which it can be checked and kept. */
  readonly expected?: ModelFile | undefined;
}

/** Part of a file, `from` ≤ byte < `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The kinds of address that have folders. */
const WEB: readonly string[] = ['http:', 'https:'];

/** Answers of a server that is busy or being restarted; the next one may be another. */
const PASSING: readonly number[] = [408, 429, 500, 502, 503, 504];

/** The files beside `model.json` at a web address: the folder's, or that of model.json itself. */
export class WebSource implements ModelSource {
  readonly #folder: URL;

  /** @throws ElitError 'model-not-found' when the address is none */
  constructor(address: string) {
    if (!URL.canParse(address)) throw notFound(`“${address}” is not an address.`);
    const url = new URL(address);
    if (!WEB.includes(url.protocol)) throw notFound(`“${address}” is not an address on the web.`);
    if (!url.pathname.endsWith('.json') && !url.pathname.endsWith('/')) url.pathname += '/';
    this.#folder = new URL('.', url);
  }

  /** The folder's address. */
  get address(): string {
    return this.#folder.href;
  }

  async read(file: string, { signal, onBytes, limit }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const url = this.#urlOf(file);
    return interruptible(url, signal, async () => {
      // Small files are asked for anew each time: they say what the large ones have to be.
      const response = await fetch(url, { signal, cache: 'no-cache' });
      check(response, url);
      return collect(response, url, limit, onBytes);
    });
  }

  /**
   * Fetches a part of a file, piece by piece; it ends early where the file does. A server that knows no ranges sends
   * the file from its beginning, which is then passed over.
   * @param cache what the browser's own cache may do; what is kept elsewhere need not be in it too
   * @throws ElitError 'model-not-found' | 'model-network', or the signal's reason
   */
  async *readRange(
    file: string,
    { from, to }: ByteRange,
    { signal, cache = 'default' }: { readonly signal: AbortSignal; readonly cache?: RequestCache | undefined },
  ): AsyncGenerator<Uint8Array> {
    const url = this.#urlOf(file);
    const headers: HeadersInit = from === 0 ? {} : { range: `bytes=${from}-${to - 1}` };
    const response = await interruptible(url, signal, () => fetch(url, { signal, headers, cache }));
    if (response.status === 416) return; // it ends before
    check(response, url);
    let at = response.status === 206 ? startOf(response, url, from) : 0;
    const reader = (response.body ?? new Blob().stream()).getReader();
    try {
      while (at < to) {
        const part = await interruptible(url, signal, () => reader.read());
        if (part.done) return;
        const piece = part.value.subarray(Math.max(0, from - at), to - at);
        at += part.value.byteLength;
        if (piece.byteLength > 0) yield piece;
      }
    } finally {
      // Nobody waits for it: a connection that broke has been reported already.
      reader.cancel().catch(() => undefined);
    }
  }

  #urlOf(file: string): URL {
    return new URL(encodeURIComponent(file), this.#folder);
  }
}

async function interruptible<T>(url: URL, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ElitError) throw cause;
    throw brokeOff(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function check(response: Response, url: URL): void {
  const answer = `${response.status} ${response.statusText}`.trimEnd();
  if (PASSING.includes(response.status)) throw brokeOff(url, `the server answers ${answer}`);
  if (!response.ok) throw notFound(`${url} answers ${answer}.`);
  // Servers of single-page applications answer with the page itself where there is no file.
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    throw notFound(`${url} answers with a web page instead of the file.`);
  }
}

/** Where a partial answer begins. */
function startOf(response: Response, url: URL, wanted: number): number {
  const range = response.headers.get('content-range');
  const start = Number(/^bytes (\d+)-/.exec(range ?? `bytes ${wanted}-`)?.[1] ?? Number.NaN);
  if (start <= wanted) return start;
  throw brokeOff(url, `byte ${wanted} was asked for, but the server sent “${range}”`);
}

async function collect(
  response: Response,
  url: URL,
  limit: number,
  onBytes: ReadOptions['onBytes'],
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = (response.body ?? new Blob().stream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.byteLength;
    onBytes?.(bytes);
    if (bytes > limit) {
      await reader.cancel();
      throw notFound(`${url} holds more than the ${limit} bytes that it should.`);
    }
  }
  return join(parts, bytes);
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function notFound(message: string): ElitError {
  return new ElitError('model-not-found', message, 'Check that the address points at the folder of a model.');
}

function brokeOff(url: URL, detail: string, cause?: unknown): ElitError {
  return new ElitError(
    'model-network',
    `The download of ${url} broke off: ${detail}.`,
    'Check the connection and load the model again.',
    { cause },
  );
}
