import { css } from 'lit';

export const styles = css`
  section {
    max-inline-size: 36rem;
  }
  .between {
    display: grid;
    grid-template-columns: clamp(4.5rem, 20%, 6.5rem) minmax(0, 1fr) clamp(4.5rem, 20%, 6.5rem);
    align-items: center;
    gap: var(--space-3);
  }
  .tile b {
    overflow-wrap: anywhere;
  }
  .tile[data-old] canvas {
    filter: grayscale(1);
  }
  .between .hint {
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  input[type='range'] {
    inline-size: 100%;
    min-block-size: var(--touch);
    margin: 0;
    accent-color: var(--accent);
  }
`;
