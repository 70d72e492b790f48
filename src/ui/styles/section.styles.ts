import { css } from 'lit';

/** A section under the studio: a heading, with what there is to do beside it. */
export const section = css`
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
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
`;
