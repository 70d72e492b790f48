import { css } from 'lit';

export const styles = css`
  .notice {
    padding: var(--space-4);
    background: var(--danger-soft);
    border: 1px solid var(--danger-line);
    border-radius: var(--radius-large);
    overflow-wrap: anywhere;
  }
  .notice[hidden] {
    display: none;
  }
  h2 {
    margin: 0;
    color: var(--danger);
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
    text-wrap: balance;
  }
  p {
    margin: var(--space-2) 0 0;
  }
  .what {
    color: var(--muted);
  }
  .quiet {
    font-weight: 500;
    background: none;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-block-start: var(--space-4);
  }
  details {
    margin-block: var(--space-1) calc(-1 * var(--space-2));
  }
  summary {
    inline-size: fit-content;
    padding-block: var(--space-3);
    color: var(--muted);
    font-size: var(--text-small);
    cursor: pointer;
  }
  pre {
    max-block-size: 10rem;
    margin: 0 0 var(--space-2);
    padding: var(--space-3);
    overflow: auto;
    background: var(--surface);
    border-radius: var(--radius);
    font-size: var(--text-small);
    white-space: pre-wrap;
  }
`;
