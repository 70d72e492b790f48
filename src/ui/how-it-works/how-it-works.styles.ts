import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: 1fr 1fr;
    align-items: start;
    gap: var(--space-8) clamp(var(--space-8), 6vw, 4.5rem);
    padding-block-start: var(--space-8);
    border-block-start: 1px solid var(--line);
  }
  .story,
  figure {
    grid-column: 1 / -1;
  }
  .story {
    max-inline-size: 44rem;
  }
  h2 {
    margin: 0 0 var(--space-3);
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
  }
  p {
    margin: 0 0 var(--space-3);
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  figure {
    margin: 0;
    padding: var(--space-6);
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
  }
  ol {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr));
    gap: var(--space-4);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: auto 1fr;
    align-content: start;
    gap: 0 var(--space-3);
    min-inline-size: 0;
  }
  svg {
    grid-column: 1 / -1;
    display: block;
    inline-size: 100%;
    max-inline-size: 7.5rem;
    block-size: auto;
    margin-block-end: var(--space-3);
    overflow: visible;
  }
  .kept {
    fill: var(--ink);
  }
  [data-part="Core"] .kept {
    fill: var(--accent);
  }
  .dropped {
    fill: var(--line);
  }
  .ribbon {
    fill: var(--accent-soft);
    stroke: var(--accent);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }
  .part {
    font-weight: 600;
  }
  .work {
    grid-area: 3 / 1 / 4 / -1;
    color: var(--muted);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .share {
    grid-area: 2 / 2;
    font-variant-numeric: tabular-nums;
  }
  .total {
    display: block;
    max-inline-size: none;
    inline-size: 100%;
    block-size: 0.75rem;
    margin: var(--space-6) 0 var(--space-2);
    background: var(--sunken);
    border-radius: 0.25rem;
    overflow: hidden;
  }
  .total rect {
    fill: var(--edge);
    stroke: var(--surface);
    stroke-width: 0.4;
  }
  .total [data-part="rest"] {
    fill: var(--line);
  }
  .total [data-part="Core"] {
    fill: var(--accent);
  }
  figcaption {
    color: var(--muted);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  @media (max-width: 48rem) {
    :host {
      grid-template-columns: minmax(0, 1fr);
    }
    figure {
      padding: var(--space-4);
    }
    ol {
      grid-template-columns: minmax(0, 1fr);
    }
    li {
      grid-template-columns: 4.5rem minmax(0, 1fr) auto;
      align-items: center;
      gap: 0 var(--space-4);
    }
    li svg {
      grid-area: 1 / 1 / 3 / 2;
      margin: 0;
    }
    .part {
      align-self: end;
    }
    .work {
      grid-area: 2 / 2;
      align-self: start;
    }
    .share {
      grid-area: 1 / 3 / 3;
    }
  }
`;
