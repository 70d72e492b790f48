import { css } from 'lit';

export const styles = css`
  .frame {
    position: relative;
    aspect-ratio: 1;
    background: var(--surface);
    border: 1px solid var(--line);
    cursor: crosshair;
  }
  canvas,
  svg {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  [hidden] {
    display: none;
  }
  /* In grey and lightly: the colours over it are the values. */
  [data-coloured] .picture {
    filter: grayscale(1) contrast(1.6);
  }
  .heat {
    image-rendering: pixelated;
    opacity: 0.78;
  }
  svg {
    overflow: visible;
  }
  .dim {
    fill: var(--surface);
    opacity: 0.7;
  }
  path.groups,
  .place {
    fill: none;
    vector-effect: non-scaling-stroke;
  }
  path.groups {
    stroke: var(--edge);
    stroke-width: 1;
    stroke-dasharray: 4 4;
  }
  [data-coloured] path.groups {
    stroke: rgb(255 255 255 / 0.55);
  }
  /* White on black: to be seen on every colour. */
  .place {
    stroke: #fff;
    stroke-width: 2;
  }
  .place.under {
    stroke: #000;
    stroke-width: 5;
  }
`;
