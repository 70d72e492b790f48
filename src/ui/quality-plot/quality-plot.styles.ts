import { css } from 'lit';

export const styles = css`
  .plot {
    position: relative;
    direction: ltr;
  }
  svg {
    display: block;
    inline-size: 100%;
  }
  text {
    font-size: 12px;
    fill: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .title {
    fill: var(--ink);
  }
  polyline {
    fill: none;
    stroke: var(--line);
  }
  .front {
    stroke: var(--accent);
    stroke-width: 2;
  }
  /* A dot to look at, in a place large enough to press. */
  .dot {
    position: absolute;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: -0.75rem 0 0 -0.75rem;
    padding: 0;
    background: none;
    border: 0;
    border-radius: 50%;
    cursor: pointer;
  }
  .dot::before {
    content: '';
    display: block;
    inline-size: 0.625rem;
    block-size: 0.625rem;
    margin: auto;
    border: 2px solid var(--accent);
    border-radius: 50%;
    background: var(--paper);
  }
  .dot[data-front]::before {
    background: var(--accent);
  }
  .dot:hover::before,
  .dot[aria-current]::before {
    outline: 2px solid var(--ink);
    outline-offset: 2px;
  }
  .below {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }
  .hint {
    flex: 1 1 16rem;
    margin: 0;
  }
`;
