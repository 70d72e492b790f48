import { css } from 'lit';

export const styles = css`
  .kinds {
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
  }
  .kind {
    position: relative;
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: 0 var(--space-3);
    min-block-size: var(--touch);
    margin: 0;
    padding: var(--space-2) var(--space-3);
    font-weight: 400;
    cursor: pointer;
  }
  .kind + .kind {
    border-block-start: 1px solid var(--line);
  }
  .kind[data-chosen] {
    background: var(--accent-soft);
  }
  .kinds > :first-child {
    border-radius: calc(var(--radius) - 1px) calc(var(--radius) - 1px) 0 0;
  }
  .kinds > :last-child {
    border-radius: 0 0 calc(var(--radius) - 1px) calc(var(--radius) - 1px);
  }
  .kind:has(:disabled) {
    cursor: default;
  }
  input {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: 0;
    accent-color: var(--accent);
  }
  b {
    display: block;
    font-size: var(--text-body);
    font-weight: 600;
    line-height: 1.35;
  }
  .meaning {
    color: var(--muted);
    line-height: 1.35;
  }
  .cost {
    color: var(--ink);
    font-size: var(--text-body);
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .bar {
    display: block;
    inline-size: 3.5rem;
    block-size: 0.25rem;
    margin-block-start: var(--space-1);
    background: var(--line);
    border-radius: 0.125rem;
    overflow: hidden;
  }
  .bar i {
    display: block;
    inline-size: calc(100% * var(--share, 0));
    block-size: 100%;
    background: var(--accent);
    transition: inline-size 0.2s;
  }
  .numbers {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--space-4);
    margin-block-start: var(--space-4);
  }
  .wide {
    grid-column: 1 / -1;
  }
`;
