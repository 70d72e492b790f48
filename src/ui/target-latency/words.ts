import { milliseconds } from '../format/numbers.ts';
import type { Choice } from './choose.ts';
import type { TargetLatency } from './target-latency-controller.ts';

/** What the mode does, in one line; nothing where it is off and nobody has just left it. */
export function targetWords({ isOn, choice, isLeft }: TargetLatency): string {
  if (isLeft) return 'Off: budget or steps were set by hand';
  if (!isOn) return '';
  return choice === null ? 'Waits for a picture, to see how long one takes here' : choiceWords(choice);
}

/** The same for a screen reader, which hears of another choice and not of every millisecond. */
export function targetNews(mode: TargetLatency): string {
  const { isOn, choice } = mode;
  if (!isOn || choice === null || choice.measured > 0) return targetWords(mode);
  return ''; // not before it was measured: the next choice may be another
}

/** What tells one piece of news from the next. */
export function newsKey({ isOn, choice, isLeft }: TargetLatency): string {
  return JSON.stringify([isOn, isLeft, choice && [choice.budget, choice.steps, choice.isFastest, choice.measured > 0]]);
}

function choiceWords({ budget, steps, ms, measured, isFastest }: Choice): string {
  const what = `budget ${budget}, ${steps === 1 ? '1 step' : `${steps} steps`}`;
  const time = `${milliseconds(ms)} ms`;
  if (isFastest) return `The fastest here ${measured > 0 ? 'takes' : 'should take'} ${time}: ${what}`;
  return `Budget ${what.slice('budget '.length)}: ${measured > 0 ? `${time} measured` : `about ${time} expected`}`;
}
