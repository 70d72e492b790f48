import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one answer. */
export interface Fault {
  /** The connection ends after so many bytes of the body. */
  readonly cutAfter?: number;
  /** This byte of the file arrives flipped, when it is part of the answer. */
  readonly flip?: number;
  /** The server answers as one that knows no ranges. */
  readonly ignoreRange?: boolean;
  /** The body of this answer in place of the file's. */
  readonly body?: Buffer;
  readonly status?: number;
}

export interface SeenRequest {
  readonly path: string;
  /** The header, such as “bytes=100-199”. */
  readonly range: string | undefined;
}

/** A file's bytes and headers, or undefined for 404. */
export type Files = (path: string) => Promise<{ body: Buffer; headers?: Record<string, string> } | undefined>;

/** A static server with range requests, whose answers a test can break one by one. */
export class FaultyServer {
  readonly requests: SeenRequest[] = [];
  /** Decides about each request. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  readonly #server: Server;

  private constructor(files: Files) {
    this.#server = createServer((request, response) => {
      this.#answer(files, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(files: Files): Promise<FaultyServer> {
    const server = new FaultyServer(files);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The ranges that were asked of a file so far; undefined for the whole of it. */
  rangesOf(path: string): (string | undefined)[] {
    return this.requests.filter((request) => request.path.endsWith(path)).map(({ range }) => range);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(files: Files, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = { path: new URL(request.url ?? '/', this.origin).pathname, range: request.headers.range };
    this.requests.push(seen);
    const fault = this.fault(seen) ?? {};
    const file = await files(seen.path);
    if (file === undefined || fault.status !== undefined) {
      response.writeHead(fault.status ?? 404).end();
      return;
    }
    const whole = Buffer.from(fault.body ?? file.body);
    if (fault.flip !== undefined) whole[fault.flip]! ^= 1;
    const range = fault.ignoreRange ? null : /^bytes=(\d+)-(\d+)$/.exec(seen.range ?? '');
    const [from, to] = range ? [Number(range[1]), Number(range[2]) + 1] : [0, whole.length];
    const body = whole.subarray(from, to);
    response.writeHead(range ? 206 : 200, {
      'content-length': body.length,
      ...(range && { 'content-range': `bytes ${from}-${to - 1}/${whole.length}` }),
      ...file.headers,
    });
    if (fault.cutAfter === undefined) response.end(body);
    else response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
  }
}
