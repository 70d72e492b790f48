/**
 * Lets the thread's event loop take its next turn. A session's run blocks the thread and its promise is settled by
 * then, so a chain of runs would keep a worker deaf to every message. (A timer would cost 4 ms: browsers hold up
 * nested ones.)
 */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
