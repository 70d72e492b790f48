import { css } from 'lit';

/** Labels, fields and buttons as every component draws them. */
export const controls = css`
  label {
    display: block;
    margin-block-end: var(--space-1);
    font-size: var(--text-small);
    font-weight: 600;
  }
  input,
  select,
  button {
    font: inherit;
    font-size: var(--text-input);
    color: inherit;
  }
  .field {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: var(--touch);
    padding: 0 var(--space-3);
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
  }
  .field:hover:not(:disabled) {
    border-color: var(--ink);
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: var(--touch);
    padding: 0 var(--space-4);
    font-size: var(--text-body);
    font-weight: 600;
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    cursor: pointer;
  }
  .button:hover:not(:disabled) {
    border-color: var(--ink);
  }
  .button:active:not(:disabled) {
    background: var(--sunken);
  }
  .button.primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  .button svg {
    flex: none;
    inline-size: 1.25rem;
    block-size: 1.25rem;
  }
  :disabled {
    opacity: 0.55;
    cursor: default;
  }
  .hint {
    margin: var(--space-1) 0 0;
    color: var(--muted);
    font-size: var(--text-small);
  }
`;
