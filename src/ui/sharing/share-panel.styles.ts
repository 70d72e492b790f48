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
  .box .field {
    font-size: var(--text-body);
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
