import { ElitError } from '../../errors.ts';
import { keepForNextVisit } from './keep.ts';
import type { LoadEngine } from './page-engine.ts';

/** Fetches the engine's code only now, so that the page is there before it, and loads the model with it. */
export const loadGenerator: LoadEngine = async (url, options) => {
  const { Generator } = await import('../../generator/generator.ts').catch((cause: unknown) => {
    throw new ElitError(
      'model-network',
      'The drawing program did not arrive.',
      'Check the connection, then try again. If the page is old, reload it.',
      { cause },
    );
  });
  const generator = await Generator.load(url, options);
  void keepForNextVisit(generator.info);
  return generator;
};
