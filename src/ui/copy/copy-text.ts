/**
 * Copies what an element says; returns what became of it, in words for the button. Where there is no clipboard (plain
 * http, or not allowed) the next best is to have the text ready for the keyboard.
 */
export async function copyText(element: HTMLElement): Promise<string> {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return 'Copied';
  } catch {
    getSelection()?.selectAllChildren(element);
    return 'Selected: press Ctrl+C';
  }
}
