import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    margin-block-start: var(--space-3);
    color: var(--muted);
    font-size: var(--text-small);
  }
  summary {
    inline-size: fit-content;
    cursor: pointer;
  }
  p,
  ul {
    margin: var(--space-2) 0 0;
    padding: 0;
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
  }
`;
