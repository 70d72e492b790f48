import { css } from 'lit';

export const styles = css`
  fieldset {
    display: flex;
    align-items: center;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    float: inline-start;
    margin-inline-end: var(--space-3);
    padding: 0;
    font-size: var(--text-small);
    font-weight: 600;
  }
  label {
    position: relative;
    display: grid;
    cursor: pointer;
  }
  input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  span {
    display: grid;
    place-items: center;
    min-block-size: var(--touch);
    margin-inline-start: -1px;
    padding-inline: var(--space-4);
    background: var(--surface);
    border: 1px solid var(--edge);
    font-size: var(--text-small);
  }
  label:first-of-type span {
    border-start-start-radius: var(--radius);
    border-end-start-radius: var(--radius);
  }
  label:last-of-type span {
    border-start-end-radius: var(--radius);
    border-end-end-radius: var(--radius);
  }
  input:checked + span {
    z-index: 1;
    color: var(--accent);
    background: var(--accent-soft);
    border-color: var(--accent);
    font-weight: 600;
  }
  input:focus-visible + span {
    z-index: 2;
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
`;
