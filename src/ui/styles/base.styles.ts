import { css, unsafeCSS } from 'lit';
import tokens from './tokens.css?inline';

/** What every component starts from: the tokens, border boxes, one focus ring, words only for screen readers. */
export const base = [
  unsafeCSS(tokens),
  css`
    :host {
      display: block;
      color: var(--ink);
      font-family: var(--font);
      font-size: var(--text-body);
      line-height: 1.5;
    }
    :host([hidden]) {
      display: none;
    }
    *,
    *::before,
    *::after {
      box-sizing: border-box;
    }
    :focus-visible {
      outline: 2px solid var(--accent);
      outline-offset: 2px;
    }
    .sr-only {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      margin: -1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    @media (prefers-reduced-motion: reduce) {
      *,
      *::before,
      *::after {
        transition-duration: 0s !important;
        animation-duration: 0s !important;
      }
    }
  `,
];
