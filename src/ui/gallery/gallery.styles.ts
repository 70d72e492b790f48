import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-8);
    padding-block-start: var(--space-6);
    border-block-start: 1px solid var(--line);
  }
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--space-3) var(--space-4);
  }
  h2 {
    flex: 1 1 10rem;
    margin: 0;
    font-size: 1.125rem;
    font-weight: 650;
    line-height: var(--touch);
  }
  .hint {
    margin: 0;
  }
  .box {
    position: relative;
  }
  .box .field {
    inline-size: 6.25rem;
    padding-inline-end: var(--space-8);
    appearance: none;
  }
  .box svg {
    position: absolute;
    inset-block: 0;
    inset-inline-end: var(--space-2);
    inline-size: 1.25rem;
    margin-block: auto;
    pointer-events: none;
  }
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
    overflow-wrap: anywhere;
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
  [data-old] canvas {
    filter: grayscale(1);
  }
  .vary {
    inline-size: 100%;
    min-block-size: 1.75rem;
    padding: 0;
    color: var(--accent);
    font-size: var(--text-small);
    background: none;
    border: 0;
    border-radius: var(--radius);
    cursor: pointer;
  }
  .vary:hover {
    text-decoration: underline;
  }
`;
