import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    gap: var(--space-8);
  }
  section {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--space-4);
  }
  h2,
  elit-subject-picker,
  elit-prompt-field,
  elit-style-picker,
  elit-guidance-picker,
  .wide,
  elit-number-field[plain] {
    grid-column: 1 / -1;
  }
  h2 {
    margin: 0;
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
  }
  .model {
    min-block-size: 2.5rem;
    margin: 0;
    color: var(--muted);
    font-size: var(--text-small);
  }
`;
