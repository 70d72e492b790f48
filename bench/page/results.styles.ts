import { css } from 'lit';

export const styles = css`
  section {
    margin-block-start: var(--space-8);
  }
  details {
    margin-block-start: var(--space-3);
  }
  .scroll + h3 {
    margin-block-start: var(--space-6);
  }
  section:first-child {
    margin-block-start: 0;
  }
  h2 {
    margin: 0 0 var(--space-3);
    font-size: 1.125rem;
    font-weight: 650;
  }
  h3 {
    margin: 0 0 var(--space-3);
    font-size: var(--text-body);
    font-weight: 600;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
    gap: var(--space-8);
  }
  .summary {
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--muted);
    font-size: var(--text-small);
  }
  .summary li {
    overflow-wrap: anywhere;
  }
  .summary li + li {
    margin-block-start: var(--space-1);
  }
  /* Tables may be wider than a phone: they scroll by themselves, the page does not. */
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  th,
  td {
    padding: var(--space-1) var(--space-4) var(--space-1) 0;
    text-align: start;
    border-block-end: 1px solid var(--line);
  }
  th {
    color: var(--muted);
    font-weight: 500;
  }
  summary {
    min-block-size: var(--touch);
    align-content: center;
    font-weight: 600;
    cursor: pointer;
  }
  pre {
    max-block-size: 24rem;
    margin: var(--space-3) 0 0;
    padding: var(--space-3);
    overflow: auto;
    background: var(--sunken);
    border-radius: var(--radius);
    font-size: var(--text-small);
  }
  .hint {
    margin: var(--space-2) 0 0;
  }
`;
