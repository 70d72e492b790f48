import { css } from 'lit';

export const styles = css`
  /* A series has the colour of its place, and its shape beside it. */
  [data-series] {
    --series: var(--accent);
  }
  [data-series='1'] {
    --series: light-dark(#b4471b, #ff9f7a);
  }
  [data-series='2'] {
    --series: light-dark(#0b7a68, #5fd0bb);
  }
  [data-series='3'] {
    --series: light-dark(#8a3a9c, #dc9cf0);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    margin: 0 0 var(--space-3);
    padding: 0;
    font-size: var(--text-small);
    list-style: none;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: var(--space-1);
  }
  .legend svg {
    inline-size: 1rem;
    block-size: 1rem;
  }
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
  .series {
    stroke: var(--series);
    stroke-opacity: 0.5;
  }
  .whisker {
    stroke: var(--series);
  }
  .front {
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  path {
    fill: var(--paper);
    stroke: var(--series);
    stroke-width: 2;
  }
  path[data-front] {
    fill: var(--series);
  }
  /* Over a marker, a place large enough to press. */
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
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: auto;
    border: 2px solid transparent;
    border-radius: 50%;
  }
  .dot:hover::before,
  .dot[aria-current]::before {
    border-color: var(--ink);
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
