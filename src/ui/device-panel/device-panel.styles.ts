import { css } from 'lit';

export const styles = css`
  :host {
    color: var(--muted);
    font-size: var(--text-small);
  }
  summary {
    min-block-size: var(--touch);
    line-height: var(--touch);
    cursor: pointer;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: var(--space-1) var(--space-4);
    margin: 0 0 var(--space-4);
  }
  dd {
    margin: 0;
    color: var(--ink);
    overflow-wrap: anywhere;
  }
  dd small {
    display: block;
    color: var(--muted);
    font-size: inherit;
  }
  table {
    inline-size: 100%;
    margin-block-end: var(--space-4);
    border-collapse: collapse;
    overflow-wrap: anywhere;
  }
  caption {
    margin-block-end: var(--space-1);
    text-align: start;
  }
  th,
  td {
    padding: var(--space-1) var(--space-2) var(--space-1) 0;
    border-block-end: 1px solid var(--line);
    text-align: start;
    vertical-align: top;
  }
  td {
    color: var(--ink);
  }
  .button {
    margin-inline-end: var(--space-2);
    color: var(--ink);
  }
`;
