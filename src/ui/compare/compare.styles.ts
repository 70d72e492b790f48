import { css } from 'lit';

export const styles = css`
  .frame[data-mode='difference'] {
    background: #000;
  }
  .frame > * {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 100%;
  }
  [hidden] {
    display: none !important;
  }
  canvas {
    padding: 4%;
  }
  .a {
    clip-path: inset(0 calc(100% - var(--at)) 0 0);
  }
  .b {
    clip-path: inset(0 0 0 var(--at));
  }
  .sides {
    display: flex;
    justify-content: space-between;
    align-items: start;
    padding: var(--space-3);
  }
  .sides b {
    padding: 0 var(--space-2);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: var(--text-small);
  }
  /* The whole frame is the slider: a press anywhere brings the divider there. Its thumb is as narrow as the divider,
     so that this is exactly where the pointer is. */
  input {
    position: relative;
    margin: 0;
    opacity: 0;
    cursor: ew-resize;
    touch-action: pan-y;
    appearance: none;
  }
  input::-webkit-slider-runnable-track {
    block-size: 100%;
  }
  input::-webkit-slider-thumb {
    appearance: none;
    inline-size: 2px;
    block-size: 100%;
  }
  input::-moz-range-thumb {
    inline-size: 2px;
    block-size: 100%;
    border: 0;
  }
  .divider {
    position: absolute;
    inset-block: 0;
    inset-inline-start: var(--at);
    inline-size: 2px;
    margin-inline-start: -1px;
    background: var(--surface);
    box-shadow: 0 0 0 1px var(--edge);
    pointer-events: none;
  }
  .divider::after {
    content: '';
    position: absolute;
    inset-block-start: 50%;
    inset-inline-start: 50%;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    translate: -50% -50%;
    border: 1px solid var(--edge);
    border-radius: 50%;
    background:
      linear-gradient(var(--ink), var(--ink)) 38% 50% / 1.5px 40% no-repeat,
      linear-gradient(var(--ink), var(--ink)) 62% 50% / 1.5px 40% no-repeat,
      var(--surface);
  }
  input:focus-visible + .divider::after {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
`;
