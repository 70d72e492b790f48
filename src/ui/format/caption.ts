import type { Settings } from '../../generator/types.ts';
import { guidanceWords } from '../guidance/guidance.ts';

/** What a picture is that was drawn in fewer steps than asked for: “Draft, 6 steps”. */
export function draftWords({ steps }: Settings): string {
  return `Draft, ${counted(steps)}`;
}

/** What an image shows, in one line: “cat face, noto · seed 7 · 20 steps · guidance 2.5”. */
export function caption(settings: Settings): string {
  const { subject, prompt, style, seed, steps, guidance } = settings;
  const drawn = prompt === undefined ? subject : `“${prompt}”`;
  const what = style === 'any' ? drawn : `${drawn}, ${style}`;
  const start = seed === null ? 'own noise' : `seed ${seed}`;
  return [what, start, counted(steps), guidanceWords(guidance)].join(' · ');
}

function counted(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}
