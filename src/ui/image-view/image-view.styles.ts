import { css } from 'lit';

export const styles = css`
  .frame[data-empty] {
    background: var(--surface);
  }
  canvas,
  .placeholder {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 100%;
  }
  /* A picture of 128 pixels shown at 500: a margin keeps it from looking cropped. */
  canvas {
    padding: 4%;
  }
  .label {
    grid-area: 1 / 1;
    place-self: end start;
    margin: var(--space-3);
    padding: var(--space-1) var(--space-3);
    border: 1px solid var(--line);
    border-radius: 1rem;
    background: var(--surface);
    color: var(--muted);
    font-size: var(--text-small);
  }
  .placeholder {
    display: grid;
    place-items: center;
    padding: var(--space-6);
  }
  .placeholder[hidden] {
    display: none;
  }
`;
