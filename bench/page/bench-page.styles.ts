import { css } from 'lit';

export const styles = css`
  :host {
    padding-block: var(--space-4);
  }
  .start p {
    margin: 0 0 var(--space-4);
    max-inline-size: 65ch;
  }
  .start .hint {
    margin: var(--space-3) 0 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
  }
  elit-progress {
    max-inline-size: 36rem;
  }
  elit-error-notice,
  elit-bench-results {
    margin-block-start: var(--space-8);
  }
`;
