/** The one place that writes to the console: for faults that reach nobody else. */
export const log = {
  /** Something was left out or dropped, and the work goes on. */
  warn(message: string, cause: unknown): void {
    console.warn(`elit-web: ${message}`, cause);
  },
};
