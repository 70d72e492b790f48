import { css } from 'lit';

/** A choice with its name over it, as a field has its label. */
export const fieldset = css`
  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    margin-block-end: var(--space-1);
    padding: 0;
    font-size: var(--text-small);
    font-weight: 600;
  }
`;
