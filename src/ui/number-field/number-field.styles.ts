import { css } from 'lit';

export const styles = css`
  .row {
    display: flex;
    gap: var(--space-2);
  }
  .stepper {
    display: flex;
    flex: 1;
    min-inline-size: 0;
  }
  input {
    appearance: textfield;
    font-variant-numeric: tabular-nums;
  }
  input::-webkit-inner-spin-button {
    display: none;
  }
  input[aria-invalid="true"] {
    border-color: var(--danger);
    background: var(--danger-soft);
  }
  .nudge {
    flex: none;
    inline-size: var(--touch);
    padding: 0;
  }
  .nudge:first-child {
    border-start-end-radius: 0;
    border-end-end-radius: 0;
    border-inline-end: 0;
  }
  .nudge:last-child {
    border-start-start-radius: 0;
    border-end-start-radius: 0;
    border-inline-start: 0;
  }
  .nudge + input {
    border-radius: 0;
    text-align: center;
  }
  input:focus-visible {
    position: relative;
    outline-offset: -1px;
  }
`;
