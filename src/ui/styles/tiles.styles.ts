import { css } from 'lit';

/** Many small pictures, each a button with a few words under it. */
export const tiles = css`
  ol {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(6.5rem, 28%), 1fr));
    gap: var(--space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .tile {
    display: grid;
    inline-size: 100%;
    padding: var(--space-1);
    font: inherit;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    background: none;
    border: 1px solid transparent;
    border-radius: var(--radius);
    cursor: pointer;
  }
  .tile:hover {
    border-color: var(--edge);
  }
  .tile[aria-current] {
    background: var(--accent-soft);
    border-color: var(--accent);
  }
  .tile b {
    font-weight: 600;
  }
  .frame {
    aspect-ratio: 1;
    margin-block-end: var(--space-1);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) - var(--space-1));
    background: repeating-conic-gradient(var(--checker) 0 25%, var(--surface) 0 50%) 50% / 1rem 1rem;
    overflow: hidden;
  }
  canvas {
    display: block;
    inline-size: 100%;
  }
`;
