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
  elit-error-notice {
    position: sticky;
    z-index: 1;
    inset-block-end: var(--space-4);
    border-radius: var(--radius-large);
    box-shadow: 0 4px 24px rgb(0 0 0 / 0.12);
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
    /* A low window, as zoom makes it, has room for the picture and the budget under it all the same. */
    elit-stage {
      inline-size: min(100%, max(18rem, 100svh - 13rem));
      margin-inline: auto;
    }
  }
`;
