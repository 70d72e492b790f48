import { css } from 'lit';

export const styles = css`
  section {
    border-radius: var(--radius);
    outline: 2px dashed transparent;
    outline-offset: var(--space-2);
  }
  section[data-dropping] {
    outline-color: var(--accent);
  }
  h2 {
    margin: 0 0 var(--space-2);
    font-size: 1.0625rem;
    font-weight: 650;
  }
  .actions,
  .download {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .download {
    flex-wrap: nowrap;
  }
  .box {
    position: relative;
  }
  .box .field {
    inline-size: 6.25rem;
    padding-inline-end: var(--space-8);
    font-size: var(--text-body);
    appearance: none;
  }
  .box svg {
    position: absolute;
    inset-block: 0;
    inset-inline-end: var(--space-2);
    inline-size: 1.25rem;
    margin-block: auto;
    pointer-events: none;
  }
  .words,
  .other {
    margin: var(--space-2) 0 0;
    font-size: var(--text-small);
    overflow-wrap: anywhere;
  }
  .words:empty,
  .other:empty {
    margin: 0;
  }
  .words[data-failed] {
    color: var(--danger);
  }
`;
