import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template: "words button" auto "bar button" auto / 1fr auto;
    align-items: center;
    gap: var(--space-1) var(--space-4);
  }
  .words {
    grid-area: words;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    column-gap: var(--space-3);
    font-variant-numeric: tabular-nums;
  }
  .amount {
    color: var(--muted);
  }
  .bar {
    grid-area: bar;
    block-size: 0.375rem;
    border-radius: 1rem;
    background: var(--line);
    overflow: hidden;
  }
  .bar i {
    display: block;
    block-size: 100%;
    border-radius: inherit;
    background: var(--accent);
    transition: inline-size 0.2s linear;
  }
  .button {
    grid-area: button;
  }
`;
