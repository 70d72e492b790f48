import { css } from 'lit';

export const styles = css`
  input[aria-invalid="true"] {
    border-color: var(--danger);
    background: var(--danger-soft);
  }
  .hint {
    min-block-size: 1.5em;
  }
`;
