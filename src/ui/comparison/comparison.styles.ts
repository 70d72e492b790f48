import { css } from 'lit';

export const styles = css`
  .below {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: var(--space-3);
    padding-block-start: var(--space-3);
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 var(--space-2);
    flex: 1 1 16rem;
    margin: 0;
    color: var(--muted);
    font-size: var(--text-small);
  }
  dt {
    color: var(--ink);
    font-weight: 600;
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .actions {
    display: flex;
    gap: var(--space-2);
    align-items: start;
  }
  [aria-pressed='true'] {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  [aria-pressed='true']:active:not(:disabled) {
    background: var(--accent);
  }
`;
