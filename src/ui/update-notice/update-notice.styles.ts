import { css } from 'lit';

/* Over the page rather than in it, so that nothing moves when it comes. */
export const styles = css`
  :host {
    position: fixed;
    inset: auto var(--space-4) var(--space-4);
    z-index: 1;
    display: grid;
    justify-items: end;
    pointer-events: none;
  }
  .line {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: var(--text-small);
    white-space: nowrap;
    pointer-events: auto;
  }
`;
