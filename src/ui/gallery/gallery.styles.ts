import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-8);
    padding-block-start: var(--space-6);
    border-block-start: 1px solid var(--line);
  }
  li {
    position: relative;
  }
  elit-heart {
    --round: 1.75rem;
    position: absolute;
    inset-block-start: var(--space-2);
    inset-inline-end: var(--space-2);
  }
  .tile b {
    overflow-wrap: anywhere;
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
