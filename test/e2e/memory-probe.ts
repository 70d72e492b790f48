import { readFile } from 'node:fs/promises';
import type { Browser, CDPSession, Page } from '@playwright/test';

/** What is alive, in bytes. */
export interface Memory {
  /** JavaScript objects of the page and its workers, garbage collected before. */
  readonly heap: number;
  /** Memory of the page's process and of the GPU process that is not backed by a file. */
  readonly processes: number;
}

interface Target {
  readonly sessionId: string;
  readonly resolve: Map<number, (result: { usedSize?: number }) => void>;
}

/** Looks into a browser on Linux from outside. */
export class MemoryProbe {
  readonly #browser: CDPSession;
  readonly #page: CDPSession;
  readonly #workers = new Map<string, Target>();
  #calls = 0;

  private constructor(browser: CDPSession, page: CDPSession) {
    this.#browser = browser;
    this.#page = page;
    page.on('Target.attachedToTarget', ({ sessionId }) => {
      this.#workers.set(sessionId, { sessionId, resolve: new Map() });
    });
    page.on('Target.detachedFromTarget', ({ sessionId }) => {
      for (const resolve of this.#workers.get(sessionId)?.resolve.values() ?? []) resolve({});
      this.#workers.delete(sessionId);
    });
    page.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      const { id, result } = JSON.parse(message);
      this.#workers.get(sessionId)?.resolve.get(id)?.(result ?? {});
    });
  }

  static async open(browser: Browser, page: Page): Promise<MemoryProbe> {
    const session = await page.context().newCDPSession(page);
    const probe = new MemoryProbe(await browser.newBrowserCDPSession(), session);
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return probe;
  }

  async sample(): Promise<Memory> {
    await this.#page.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#page.send('Runtime.getHeapUsage');
    let heap = usedSize;
    for (const worker of this.#workers.values()) {
      await this.#ask(worker, 'HeapProfiler.collectGarbage');
      heap += (await this.#ask(worker, 'Runtime.getHeapUsage')).usedSize ?? 0;
    }
    return { heap, processes: await this.#processes() };
  }

  #ask(worker: Target, method: string): Promise<{ usedSize?: number }> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      worker.resolve.set(id, resolve);
      const message = JSON.stringify({ id, method });
      this.#page.send('Target.sendMessageToTarget', { message, sessionId: worker.sessionId }).catch(reject);
    });
  }

  async #processes(): Promise<number> {
    const { processInfo } = await this.#browser.send('SystemInfo.getProcessInfo');
    const wanted = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU');
    const sizes = await Promise.all(wanted.map(({ id }) => anonymousBytes(id)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

async function anonymousBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]);
}
