import { css } from 'lit';

/** A field with a list of names under it. */
export const combobox = css`
  .box {
    position: relative;
  }
  input {
    padding-inline-end: var(--space-8);
    text-overflow: ellipsis;
  }
  .box > svg {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: var(--space-3);
    inline-size: 1.25rem;
    block-size: var(--touch);
    color: var(--muted);
    pointer-events: none;
  }
  .popup {
    position: absolute;
    z-index: 1;
    inset-block-start: calc(100% + var(--space-1));
    inset-inline: 0;
    scroll-margin: var(--space-4);
    max-block-size: min(22rem, 45svh);
    padding: var(--space-1);
    overflow-y: auto;
    overscroll-behavior: contain;
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.18);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    min-block-size: 2.25rem;
    padding: var(--space-1) var(--space-2);
    border-radius: calc(var(--radius) - var(--space-1));
    cursor: pointer;
    content-visibility: auto;
    contain-intrinsic-block-size: 2.25rem;
  }
  li:hover {
    background: var(--sunken);
  }
  li[data-active] {
    background: var(--accent-soft);
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
  li[aria-selected="true"] span {
    font-weight: 650;
  }
  small {
    flex: none;
    color: var(--muted);
    font-size: var(--text-small);
  }
  .note {
    margin: 0;
    padding: var(--space-2);
    color: var(--muted);
    font-size: var(--text-small);
  }
  .note[hidden] {
    display: none;
  }
  @media (pointer: coarse) {
    li {
      min-block-size: var(--touch);
      contain-intrinsic-block-size: var(--touch);
    }
  }
`;
