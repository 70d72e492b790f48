import { css } from 'lit';

export const styles = css`
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-3);
  }
  label {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--touch);
    margin: 0;
    font-size: var(--text-body);
    cursor: pointer;
  }
  input[role="switch"] {
    position: relative;
    flex: none;
    inline-size: 2.25rem;
    block-size: 1.25rem;
    margin: 0;
    border: 1px solid var(--edge);
    border-radius: 1rem;
    background: var(--surface);
    appearance: none;
    cursor: pointer;
    transition: background-color 0.12s;
  }
  input[role="switch"]::before {
    content: "";
    position: absolute;
    inset-block: 2px;
    inset-inline-start: 2px;
    inline-size: 0.875rem;
    border-radius: 50%;
    background: var(--edge);
    transition: translate 0.12s;
  }
  input[role="switch"]:checked {
    border-color: var(--accent);
    background: var(--accent);
  }
  input[role="switch"]:checked::before {
    translate: 1rem;
    background: var(--on-accent);
  }
  .target {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .target .field {
    inline-size: 5.5rem;
    text-align: end;
    font-variant-numeric: tabular-nums;
    appearance: textfield;
  }
  .field::-webkit-inner-spin-button {
    display: none;
  }
  .field[aria-invalid="true"] {
    border-color: var(--danger);
    background: var(--danger-soft);
  }
  /* Its line is kept: what is said moves nothing. */
  .words {
    min-block-size: 1lh;
    margin: 0;
    color: var(--muted);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
`;
