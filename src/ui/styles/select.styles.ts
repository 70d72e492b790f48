import { css } from 'lit';

/** A short select with our own arrow, in a `.box`. */
export const select = css`
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
`;
