import { noChange } from 'lit';
import { Directive, directive, type ElementPart, PartType } from 'lit/directive.js';

/**
 * Sets CSS properties of an element: html`<i ${cssProperties({ '--share': '0.5' })}></i>`. Lit's own styleMap writes a
 * style attribute the first time, which a policy without inline styles refuses.
 */
class CssProperties extends Directive {
  constructor(part: { type: number }) {
    super(part as ConstructorParameters<typeof Directive>[0]);
    if (part.type !== PartType.ELEMENT) throw new Error('cssProperties belongs to an element, not to an attribute');
  }

  override render(_: Readonly<Record<string, string>>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [properties]: [Readonly<Record<string, string>>]): unknown {
    const { style } = element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    return noChange;
  }
}

export const cssProperties = directive(CssProperties);
