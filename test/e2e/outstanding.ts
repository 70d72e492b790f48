/** How many drawings the page has asked its worker for and neither received nor cancelled. */
export interface Outstanding {
  now: number;
  most: number;
  called: number;
}

declare global {
  interface Window {
    outstanding: Outstanding;
    resetOutstanding(): void;
  }
}

/** Runs in the page before its own code: counts the drawings that every worker has to do. */
export function watchWorkers(): void {
  const open = new Set<number>();
  window.resetOutstanding = () => {
    window.outstanding = { now: open.size, most: open.size, called: 0 };
  };
  window.resetOutstanding();
  const count = () => {
    window.outstanding.now = open.size;
    window.outstanding.most = Math.max(window.outstanding.most, open.size);
  };
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'image' || data.type === 'failed') open.delete(data.id);
        count();
      });
    }

    override postMessage(message: { type: string; id: number }): void {
      if (message.type === 'generate') open.add(message.id);
      if (message.type === 'generate') window.outstanding.called++;
      if (message.type === 'cancel') open.delete(message.id);
      count();
      super.postMessage(message);
    }
  };
}
