import { css } from 'lit';

export const styles = css`
  dialog {
    inline-size: min(32rem, 100% - 2 * var(--space-4));
    padding: var(--space-6);
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    box-shadow: 0 8px 40px rgb(0 0 0 / 0.25);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
  h2 {
    margin: 0 0 var(--space-4);
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: baseline;
    gap: var(--space-3) var(--space-6);
    margin: 0 0 var(--space-6);
  }
  dt {
    white-space: nowrap;
  }
  dd {
    margin: 0;
    color: var(--muted);
  }
  kbd {
    padding: 0.1rem 0.45rem;
    border: 1px solid var(--line);
    border-block-end-width: 2px;
    border-radius: 0.375rem;
    background: var(--sunken);
    font: inherit;
    font-size: var(--text-small);
  }
`;
