import type { ModelInfo } from '../../generator/types.ts';

/** A line of a model card: what it is about, and what there is to say. */
export type Fact = readonly [name: string, words: string];

/** What is known of a model, in the order a reader would ask. */
export function modelFacts({ image, subjects, styles, network, maxBudget, groups, training }: ModelInfo): Fact[] {
  const { head, core, tail } = network.blocks;
  const concepts = subjects.filter(({ kind }) => kind === 'concept').length;
  const named = styles.filter((style) => style !== 'any').length;
  const facts: Fact[] = [
    ['Draws', `${image.width} × ${image.height} pixels: ${count(concepts)} subjects in ${count(named)} styles`],
    [
      'Network',
      core === 0
        ? `${head} blocks on ${network.tokens} tokens`
        : `${head} + ${core} + ${tail} blocks (head, core, tail), ${network.tokens} tokens, ` +
          `${groups * maxBudget} latents`,
    ],
    ['One call', `${gigaflops(network.flops)} GFLOP at the full budget`],
  ];
  if (training === null) return facts;
  const { images, samples, hardware } = training;
  if (images !== null) facts.push(['Learned from', `${count(images)} pictures`]);
  if (samples !== null) facts.push(['Samples seen', `${count(samples)}${repeats(samples, images)}`]);
  if (hardware !== null) facts.push(['Trained on', hardware]);
  return facts;
}

/** What not to expect of a model, as far as its facts say it. */
export function modelLimits({ image, subjects, training, readsText }: ModelInfo): string[] {
  const concepts = subjects.filter(({ kind }) => kind === 'concept').length;
  const limits = [
    readsText
      ? `It reads any prompt, but knows ${count(concepts)} subjects by name: the farther from those, the vaguer.`
      : `It knows the ${count(concepts)} subjects of its list and nothing else.`,
    `It draws ${image.width} × ${image.height} pixels: fine detail and writing are beyond it.`,
  ];
  if ((training?.samples ?? FEW_SAMPLES) < FEW_SAMPLES) {
    limits.push('It was trained briefly: simple, common subjects come out best, finer ones may be blobs.');
  }
  limits.push('What it draws can closely resemble the artwork it learned from.');
  return limits;
}

/** Fewer than a small network needs to settle. */
const FEW_SAMPLES = 5_000_000;

function repeats(samples: number, images: number | null): string {
  return images === null || samples < 2 * images
    ? ''
    : `, each picture about ${count(Math.round(samples / images))} times`;
}

function gigaflops(flops: number): string {
  return (flops / 1e9).toPrecision(2);
}

function count(value: number): string {
  return value.toLocaleString('en');
}
