import { css } from 'lit';

export const styles = css`
  section {
    padding-block-start: var(--space-6);
    border-block-start: 1px solid var(--line);
  }
  elit-trade-off-plot {
    margin-block-start: var(--space-4);
  }
`;
