import { css } from 'lit';

export const styles = css`
  :host {
    --thumb: 1.75rem;
  }
  .heading {
    display: flex;
    align-items: start;
    justify-content: space-between;
    gap: var(--space-4);
    min-block-size: 4.75rem;
  }
  .heading div {
    min-inline-size: 0;
  }
  label {
    font-size: 1.0625rem;
    font-weight: 650;
  }
  .scale {
    margin-block-start: var(--space-2);
  }
  /* Bars and ticks stand where the middle of the thumb can be. */
  .bars,
  .ticks {
    --step: calc((100% - var(--thumb)) / (var(--count) - 1));
    display: grid;
    grid-template-columns: repeat(var(--count), 1fr);
    margin-inline: calc(var(--thumb) / 2 - (100% - var(--thumb)) / (var(--count) - 1) / 2);
  }
  .bars {
    align-items: end;
    block-size: 2.5rem;
  }
  .bars i {
    block-size: calc(var(--share) * 100%);
    margin-inline: 14%;
    border-radius: 3px 3px 0 0;
    background: var(--line);
    transition: block-size 0.3s ease-out, background-color 0.12s;
  }
  .bars i[data-kept] {
    background: light-dark(
      color-mix(in oklab, var(--accent) 45%, var(--paper)),
      color-mix(in oklab, var(--accent) 65%, var(--paper))
    );
  }
  input {
    display: block;
    inline-size: 100%;
    block-size: var(--touch);
    margin: calc((var(--touch) - var(--thumb)) / -2 + 0.125rem) 0;
    background: none;
    appearance: none;
    cursor: pointer;
    touch-action: pan-y;
  }
  input:disabled {
    --accent: var(--edge);
    cursor: default;
    opacity: 0.55;
  }
  input:focus-visible {
    outline: none;
  }
  input::-webkit-slider-runnable-track {
    block-size: 0.375rem;
    border-radius: 1rem;
    background: linear-gradient(var(--accent), var(--accent)) 0 / calc(var(--thumb) / 2 + (100% - var(--thumb)) * var(--filled))
        no-repeat,
      var(--line);
  }
  input::-moz-range-track {
    block-size: 0.375rem;
    border-radius: 1rem;
    background: var(--line);
  }
  input::-moz-range-progress {
    block-size: 0.375rem;
    border-radius: 1rem;
    background: var(--accent);
  }
  input::-webkit-slider-thumb {
    appearance: none;
    inline-size: var(--thumb);
    block-size: var(--thumb);
    margin-block-start: calc((0.375rem - var(--thumb)) / 2);
    border: 0.1875rem solid var(--accent);
    border-radius: 50%;
    background: var(--surface);
    box-shadow: 0 1px 4px rgb(0 0 0 / 0.25);
  }
  input::-moz-range-thumb {
    box-sizing: border-box;
    inline-size: var(--thumb);
    block-size: var(--thumb);
    border: 0.1875rem solid var(--accent);
    border-radius: 50%;
    background: var(--surface);
    box-shadow: 0 1px 4px rgb(0 0 0 / 0.25);
  }
  input:focus-visible::-webkit-slider-thumb {
    outline: 2px solid var(--accent);
    outline-offset: 3px;
  }
  input:focus-visible::-moz-range-thumb {
    outline: 2px solid var(--accent);
    outline-offset: 3px;
  }
  .ticks {
    position: relative;
    color: var(--muted);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .ticks i {
    display: grid;
    justify-items: center;
    align-content: start;
    block-size: 1.75rem;
    font-style: normal;
  }
  .ticks i::before {
    content: "";
    inline-size: 1px;
    block-size: 0.3125rem;
    background: var(--edge);
  }
  .ticks b {
    font-weight: 500;
  }
  /* The dots between the parts stand in the margin, which is cut off where a line begins. */
  .read-out {
    --dot: 1.1em;
    display: flex;
    flex-wrap: wrap;
    margin: 0 0 0 calc(-1 * var(--dot));
    color: var(--muted);
    font-variant-numeric: tabular-nums;
    clip-path: inset(0 0 0 var(--dot));
  }
  .read-out span {
    display: flex;
    white-space: nowrap;
  }
  .read-out span::before {
    content: "·";
    flex: none;
    inline-size: var(--dot);
    text-align: center;
  }
  .read-out span:first-child {
    color: var(--ink);
    font-weight: 600;
  }
  /* Beside the latency of a phone a part may need two lines, whose place is kept at every budget. */
  @media (max-width: 30rem) {
    .heading {
      min-block-size: 7.75rem;
    }
    .read-out span {
      white-space: normal;
    }
  }
  @media (max-width: 22.5rem) {
    .heading {
      flex-wrap: wrap;
    }
    .heading div {
      flex: 1 0 100%;
    }
    ::slotted(*) {
      margin-inline-start: auto;
    }
  }
`;
