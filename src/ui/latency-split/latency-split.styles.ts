import { css } from 'lit';

export const styles = css`
  .hint {
    max-inline-size: 60ch;
    margin: var(--space-3) 0 0;
    color: var(--muted);
    font-size: var(--text-small);
  }
  summary {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    inline-size: fit-content;
    min-block-size: var(--touch);
    font-size: var(--text-small);
    font-weight: 600;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary svg {
    inline-size: 1rem;
    block-size: 1rem;
    transition: rotate 0.12s;
  }
  details[open] summary svg {
    rotate: 180deg;
  }
  .bar {
    margin-block-start: var(--space-1);
    display: flex;
    block-size: 1rem;
    gap: 1px;
    border-radius: var(--radius);
    overflow: hidden;
  }
  .bar i {
    flex: var(--share) 0 0;
    min-inline-size: 0;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
    gap: var(--space-1) var(--space-6);
    margin: var(--space-3) 0 0;
    padding: 0;
    list-style: none;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  li {
    display: grid;
    grid-template-columns: 0.75rem 1fr auto 3rem;
    align-items: center;
    gap: var(--space-2);
  }
  li i {
    block-size: 0.75rem;
    border-radius: 3px;
  }
  li span:last-child {
    color: var(--muted);
    text-align: end;
  }
  i {
    background: light-dark(oklch(0.62 0.13 var(--hue)), oklch(0.76 0.12 var(--hue)));
  }
  [data-part="conditioning"] {
    --hue: 320;
  }
  [data-part="head"] {
    --hue: 240;
  }
  [data-part="read"] {
    --hue: 195;
  }
  [data-part="core"],
  [data-part="sampling"] {
    background: var(--accent);
  }
  [data-part="write"] {
    --hue: 155;
  }
  [data-part="tail"] {
    --hue: 100;
  }
  [data-part="decode"],
  [data-part="decoding"] {
    --hue: 50;
  }
  [data-part="rest"] {
    background: var(--line);
  }
`;
