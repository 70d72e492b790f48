import { css } from 'lit';

export const styles = css`
  .box {
    position: relative;
  }
  select {
    appearance: none;
    padding-inline-end: var(--space-8);
  }
  svg {
    position: absolute;
    inset-block: 0;
    inset-inline-end: var(--space-3);
    inline-size: 1.25rem;
    block-size: 100%;
    color: var(--muted);
    pointer-events: none;
  }
`;
