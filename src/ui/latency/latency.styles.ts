import { css } from 'lit';

export const styles = css`
  :host {
    flex: none;
    text-align: end;
    min-inline-size: 8.75rem;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  p {
    margin: 0;
  }
  .row {
    display: flex;
    align-items: end;
    justify-content: end;
    gap: var(--space-3);
  }
  svg {
    flex: none;
    inline-size: 3rem;
    block-size: 1.75rem;
    margin-block-end: 0.2rem;
  }
  rect {
    fill: var(--line);
  }
  [data-alike] {
    fill: var(--accent);
  }
  .figure {
    font-size: var(--text-number);
    font-weight: 600;
    line-height: 1;
    letter-spacing: -0.03em;
    transition: color 0.2s;
  }
  .figure[data-empty] {
    color: var(--muted);
    font-weight: 400;
  }
  :host([busy]) .figure {
    color: var(--muted);
    transition-delay: 0.3s;
  }
  .figure small {
    font-size: var(--text-body);
    font-weight: 500;
    letter-spacing: 0;
  }
  .detail {
    margin-block-start: var(--space-1);
    color: var(--muted);
    font-size: var(--text-small);
  }
`;
