import { css } from 'lit';

export const styles = css`
  ol {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(6.5rem, 28%), 1fr));
    gap: var(--space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  button {
    display: grid;
    inline-size: 100%;
    padding: var(--space-1);
    color: var(--muted);
    font: inherit;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    line-height: 1.4;
    background: none;
    border: 1px solid transparent;
    border-radius: var(--radius);
    cursor: pointer;
  }
  button:hover {
    border-color: var(--edge);
  }
  button[aria-current] {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--ink);
  }
  b {
    color: var(--ink);
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
  :host([old]) canvas {
    filter: grayscale(1);
  }
`;
