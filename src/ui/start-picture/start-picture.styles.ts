import { css } from 'lit';

export const styles = css`
  section {
    display: grid;
    gap: var(--space-4);
  }
  h2 {
    margin: 0;
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
  }
  .place {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    padding: var(--space-4);
    border: 1px dashed var(--edge);
    border-radius: var(--radius-large);
  }
  .place[data-filled] {
    border-style: solid;
    border-color: var(--line);
    background: var(--surface);
  }
  .place[data-over] {
    border: 1px solid var(--accent);
    background: var(--accent-soft);
  }
  canvas {
    flex: none;
    inline-size: 5.5rem;
    block-size: 5.5rem;
    object-fit: contain;
    border-radius: var(--radius);
    background: repeating-conic-gradient(var(--checker) 0 25%, var(--surface) 0 50%) 0 0 / 1rem 1rem;
  }
  .beside {
    display: grid;
    gap: var(--space-3);
    min-inline-size: 0;
  }
  .name {
    margin: 0;
    overflow: hidden;
    color: var(--muted);
    font-size: var(--text-small);
    text-overflow: ellipsis;
  }
  [data-filled] .name {
    color: var(--ink);
    font-weight: 600;
    white-space: nowrap;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .strength {
    display: grid;
  }
  .strength input {
    inline-size: 100%;
    min-block-size: var(--touch);
    margin: 0;
    accent-color: var(--accent);
    cursor: pointer;
    touch-action: pan-y;
  }
  .strength label,
  .strength .hint {
    margin: 0;
  }
  .strength .hint {
    font-variant-numeric: tabular-nums;
  }
  .words {
    margin: 0;
    font-size: var(--text-small);
  }
  .words[data-failed] {
    color: var(--danger);
  }
`;
