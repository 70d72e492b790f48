import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }
  .quality {
    inline-size: min(16rem, 100%);
  }
  .further {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
    padding-block-start: var(--space-4);
    border-block-start: 1px solid var(--line);
  }
  .further span {
    margin-inline-end: var(--space-2);
    font-size: var(--text-small);
    font-weight: 600;
  }
  .further .hint {
    flex: 1 1 100%;
  }
  .hint {
    margin: 0;
  }
`;
