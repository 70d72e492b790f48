import { css } from 'lit';

/** What a picture stands in: a square over a checkerboard that stands for transparency. */
export const frame = css`
  .frame {
    position: relative;
    display: grid;
    aspect-ratio: 1;
    border-radius: var(--radius-large);
    border: 1px solid var(--line);
    background: repeating-conic-gradient(var(--checker) 0 25%, var(--surface) 0 50%) 50% / 2rem 2rem;
    overflow: hidden;
  }
`;
