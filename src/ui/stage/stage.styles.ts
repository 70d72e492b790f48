import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
  }
  /* Inside the frame it needs none of its own. */
  elit-error-notice {
    --elit-danger-soft: transparent;
    --elit-danger-line: transparent;
  }
  section {
    position: relative;
  }
  .corner {
    position: absolute;
    z-index: 1;
    inset-block-start: var(--space-3);
    inset-inline-start: var(--space-3);
  }
  .pin {
    inset-inline: auto var(--space-3);
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
  /* Where a picture's own progress stands, and as high. */
  .below .loading {
    grid-column: 1 / -1;
    inline-size: 100%;
  }
  .quiet {
    margin: 0;
    color: var(--muted);
  }
`;
