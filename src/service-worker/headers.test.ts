import { expect, it } from 'vitest';
import { contentPolicy } from './headers.ts';

it.each(['', 'index.html', 'assets/worker-1a2b.js', 'assets/benchmark.js', 'models/bench-1/model.json'])(
  'lets nothing at “%s” make script from text',
  (path) => {
    expect(contentPolicy(path)).not.toContain("'unsafe-eval'");
    expect(contentPolicy(path)).toContain("require-trusted-types-for 'script'");
  },
);

it.each(['bench.html', 'bench-worker-1a2b.js', 'assets/bench-worker-1a2b.js'])(
  'lets “%s” run what it measures',
  (path) => {
    expect(contentPolicy(path)).toContain("'unsafe-eval'");
  },
);

it('keeps to a meta element what a meta element may say', () => {
  expect(contentPolicy('index.html')).toContain("frame-ancestors 'none'");
  expect(contentPolicy('index.html', 'meta')).not.toContain('frame-ancestors');
});
