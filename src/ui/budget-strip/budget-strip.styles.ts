import { css } from 'lit';

export const styles = css`
  .tile {
    color: var(--muted);
    line-height: 1.4;
  }
  .tile[aria-current],
  .tile b {
    color: var(--ink);
  }
  :host([old]) canvas {
    filter: grayscale(1);
  }
`;
