import type { GeneratedImage, Pixels } from '../../generator/types.ts';
import { ssim } from '../distance/ssim.ts';
import { caption } from '../format/caption.ts';
import { duration } from '../format/numbers.ts';

/** How a picture was drawn and what it took: “83 ms · budget 8 · cat face, noto · seed 7 · …”. */
export function comparedWords({ settings, timing }: GeneratedImage): string {
  const { value, unit } = duration(timing.total);
  return [`${value} ${unit}`, `budget ${settings.budget}`, caption(settings)].join(' · ');
}

/** How alike two pictures are (see ssim), 1 for equal ones; those of two sizes cannot be compared. */
export function similarityWords(a: Pixels, b: Pixels): string {
  return a.width === b.width && a.height === b.height ? ssim(a, b).toFixed(3) : 'pictures of two sizes';
}
