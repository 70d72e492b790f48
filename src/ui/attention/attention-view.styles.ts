import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 26rem) minmax(0, 1fr);
    align-items: start;
    gap: var(--space-6) clamp(var(--space-6), 5vw, var(--space-12));
  }
  :host([data-old]) elit-attention-picture {
    opacity: 0.55;
  }
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }
  .side:first-child {
    gap: var(--space-2);
  }
  .controls {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr));
    gap: var(--space-3) var(--space-4);
  }
  input[type="range"] {
    inline-size: 100%;
    min-block-size: var(--touch);
    margin: 0;
    accent-color: var(--accent);
  }
  label,
  .readout,
  figcaption,
  td {
    font-variant-numeric: tabular-nums;
  }
  .readout::first-letter {
    text-transform: uppercase;
  }
  .hint {
    margin: 0;
  }
  figure {
    margin: 0;
  }
  figure svg {
    display: block;
    inline-size: 100%;
    block-size: 0.75rem;
    border-radius: 0.25rem;
    opacity: 0.78; /* as over the picture */
  }
  figcaption {
    display: flex;
    justify-content: space-between;
    margin-block-start: var(--space-1);
    color: var(--muted);
    font-size: var(--text-small);
  }
  summary {
    min-block-size: var(--touch);
    align-content: center;
    font-weight: 600;
    font-size: var(--text-small);
    cursor: pointer;
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: var(--text-small);
  }
  th {
    color: var(--muted);
    font-weight: 600;
  }
  td,
  th {
    padding: var(--space-1) var(--space-2);
    text-align: end;
    border: 1px solid var(--line);
  }
  @media (max-width: 48rem) {
    :host {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
