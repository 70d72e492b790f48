import { css } from 'lit';

export const styles = css`
  :host {
    /* As large as the window allows with the budget in view under it. */
    --picture: clamp(20rem, 100svh - 23.5rem, 36rem);
    display: grid;
    grid-template: auto 1fr / var(--picture) minmax(17rem, 1fr);
    gap: var(--space-6) clamp(var(--space-8), 6vw, 4.5rem);
  }
  .column {
    display: flex;
    flex-direction: column;
    gap: var(--space-6);
    min-inline-size: 0;
  }
  .wide {
    grid-column: 1 / -1;
    min-inline-size: 0;
  }
  /* Under the picture, and with the keyboard after the settings: what is done last. */
  .picture + .column {
    grid-area: 1 / 2 / span 2;
  }
  .picture {
    gap: var(--space-3);
  }
  /* Always in sight, and never in the way of the field that caused it: it moves nothing. */
  .notice {
    position: sticky;
    z-index: 1;
    inset-block-end: var(--space-4);
    border-radius: var(--radius-large);
    box-shadow: 0 4px 24px rgb(0 0 0 / 0.12);
  }
  /* Inside the frame it needs none of its own. */
  .framed {
    --elit-danger-soft: transparent;
    --elit-danger-line: transparent;
  }
  .stage {
    position: relative;
  }
  .pin {
    position: absolute;
    z-index: 1;
    inset-block-start: var(--space-3);
    inset-inline-end: var(--space-3);
    font-size: var(--text-small);
  }
  .below {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 3.25rem;
    padding-block-start: var(--space-2);
  }
  .caption,
  .late {
    grid-area: 1 / 1;
    min-inline-size: 0;
  }
  .late {
    grid-column: 1 / -1;
  }
  .caption {
    align-self: end;
  }
  /* The comparison says it of both. */
  [data-compared] .caption {
    visibility: hidden;
    block-size: 0;
  }
  .caption,
  .condition {
    margin: 0;
    color: var(--muted);
    font-size: var(--text-small);
    overflow-wrap: anywhere;
  }
  /* Its place is kept: no news moves what is below. */
  .condition {
    min-block-size: 1lh;
  }
  /* A run that ends within a blink shows neither its progress nor a gap where the caption was. */
  .late {
    animation: come 0.15s 0.3s backwards;
  }
  .caption[data-covered] {
    animation: go 0.15s 0.3s forwards;
  }
  @keyframes come {
    from {
      visibility: hidden;
      opacity: 0;
    }
  }
  @keyframes go {
    to {
      visibility: hidden;
      opacity: 0;
    }
  }
  .loading {
    inline-size: min(100%, 24rem);
  }
  .quiet {
    margin: 0;
    color: var(--muted);
  }
  @media (max-width: 48rem) {
    :host {
      display: flex;
      flex-direction: column;
      gap: var(--space-6);
    }
    .column {
      display: contents;
    }
  }
`;
