import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    padding-block-start: var(--space-6);
    border-block-start: 1px solid var(--line);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  li {
    position: relative;
  }
  .frame img {
    display: block;
    inline-size: 100%;
  }
  .tile b,
  .tile span {
    overflow-wrap: anywhere;
  }
  .remove {
    --round: 1.75rem;
    position: absolute;
    inset-block-start: var(--space-2);
    inset-inline-end: var(--space-2);
    color: var(--danger);
  }
  .remove svg {
    fill: currentColor;
  }
  .said {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
  }
  .said:has(.words:empty):not(:has(button)) {
    margin-block-start: calc(-1 * var(--space-4));
  }
  .words {
    margin: 0;
    font-size: var(--text-small);
    overflow-wrap: anywhere;
  }
  .words[data-failed] {
    color: var(--danger);
  }
`;
