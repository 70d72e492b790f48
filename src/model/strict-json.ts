/**
 * JSON from strangers. JSON.parse silently keeps the last of two equal keys, so that two readers of one file can see
 * different values, and nests as deep as it is told to. This refuses both before anything is built.
 * @throws SyntaxError that says what is wrong
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  checkStructure(text, maxDepth);
  return JSON.parse(text);
}

/** Walks the text once. It needs no valid JSON: what it lets through by mistake, JSON.parse refuses. */
function checkStructure(text: string, maxDepth: number): void {
  const open: Set<string>[] = []; // the keys so far of every object or list around this place
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') {
      if (open.push(new Set()) > maxDepth) throw new SyntaxError(`it nests deeper than ${maxDepth} levels`);
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === '"') {
      const start = i;
      i = closingQuote(text, start);
      if (nextCharacter(text, i + 1) !== ':') continue;
      const key: string = JSON.parse(text.slice(start, i + 1));
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError(`it has the key “${key}” twice in one object`);
      keys?.add(key);
    }
  }
}

function closingQuote(text: string, opening: number): number {
  let i = opening + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

function nextCharacter(text: string, from: number): string | undefined {
  let i = from;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i];
}
