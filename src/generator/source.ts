import { ElitError } from '../errors.ts';

/** Where a model's files come from. */
export interface ModelSource {
  /**
   * Reads one file of the model whole.
   * @throws ElitError 'model-not-found' | 'model-network', or the signal's reason
   */
  read(file: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Bytes read so far. */
  readonly onBytes?: (bytes: number) => void;
  /** No more than this is read. */
  readonly limit: number;
}

/** The files beside `model.json` at a web address: the folder's, or that of model.json itself. */
export class WebSource implements ModelSource {
  readonly #folder: URL;

  /** @throws ElitError 'model-not-found' when the address is none */
  constructor(address: string) {
    if (!URL.canParse(address)) throw notFound(`“${address}” is not an address.`);
    const url = new URL(address);
    if (!url.pathname.endsWith('.json') && !url.pathname.endsWith('/')) url.pathname += '/';
    this.#folder = new URL('.', url);
  }

  async read(file: string, { signal, onBytes, limit }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const url = new URL(encodeURIComponent(file), this.#folder);
    const response = await this.#interruptible(url, signal, () => fetch(url, { signal }));
    if (!response.ok) throw notFound(`${url} answers ${response.status} ${response.statusText}`.trimEnd().concat('.'));
    // Servers of single-page applications answer with the page itself where there is no file.
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      throw notFound(`${url} answers with a web page instead of the file.`);
    }
    return this.#interruptible(url, signal, () => collect(response, url, limit, onBytes));
  }

  async #interruptible<T>(url: URL, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ElitError) throw cause;
      throw new ElitError(
        'model-network',
        `The download of ${url} broke off: ${cause instanceof Error ? cause.message : String(cause)}.`,
        'Check the connection and load the model again.',
        { cause },
      );
    }
  }
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
