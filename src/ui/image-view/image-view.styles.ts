import { css } from 'lit';

export const styles = css`
  .frame {
    position: relative;
    display: grid;
    aspect-ratio: 1;
    border-radius: var(--radius-large);
    border: 1px solid var(--line);
    background: repeating-conic-gradient(var(--checker) 0 25%, var(--surface) 0 50%) 50% / 2rem 2rem;
    overflow: hidden;
  }
  .frame[data-empty] {
    background: var(--surface);
  }
  canvas,
  .placeholder {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 100%;
  }
  /* A picture of 128 pixels shown at 500: a margin keeps it from looking cropped. */
  canvas {
    padding: 4%;
  }
  .placeholder {
    display: grid;
    place-items: center;
    padding: var(--space-6);
  }
  .placeholder[hidden] {
    display: none;
  }
`;
