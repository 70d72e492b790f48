import { css } from 'lit';

export const styles = css`
  /* One row, whose height is the same before the model has come and whatever it offers: nothing below moves. */
  .chips {
    position: relative;
    display: flex;
    gap: var(--space-2);
    block-size: calc(var(--touch) + 1.75rem);
    margin: -0.375rem;
    padding: 0.375rem;
    overflow-x: scroll;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--edge) transparent;
  }
  .chip {
    position: relative;
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    block-size: var(--touch);
    margin: 0;
    padding: 0 var(--space-3);
    font-weight: 500;
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    cursor: pointer;
  }
  .chip:has(img) {
    padding-inline-start: var(--space-2);
  }
  .chip:hover {
    border-color: var(--ink);
  }
  .chip:has(:checked) {
    background: var(--accent-soft);
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    font-weight: 650;
  }
  .chip:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .chip:has(:disabled) {
    border-color: var(--edge);
    opacity: 0.55;
    cursor: default;
  }
  /* The whole chip is the target, and what a screen reader outlines. */
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  span {
    white-space: nowrap;
  }
  img {
    flex: none;
    inline-size: 1.875rem;
    block-size: 1.875rem;
    object-fit: cover;
    object-position: var(--place) 0;
  }
`;
