import { css } from 'lit';

export const styles = css`
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
    padding-block-start: var(--space-6);
    border-block-start: 1px solid var(--line);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--space-3) var(--space-4);
  }
  h2 {
    flex: 1 1 10rem;
    margin: 0;
    font-size: 1.125rem;
    font-weight: 650;
    line-height: var(--touch);
  }
  .hint {
    margin: 0;
  }
  elit-trade-off-plot {
    margin-block-start: var(--space-4);
  }
`;
