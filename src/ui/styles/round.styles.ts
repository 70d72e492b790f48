import { css } from 'lit';

/** A round button with one icon, as large as --round says. */
export const round = css`
  .round {
    display: grid;
    place-items: center;
    inline-size: var(--round, var(--touch));
    block-size: var(--round, var(--touch));
    padding: 0;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: 50%;
    cursor: pointer;
  }
  .round:hover {
    border-color: var(--ink);
  }
  .round svg {
    inline-size: 55%;
  }
`;
