import { defineConfig } from 'vitest/config';

/** Files that need a GPU say so in their name; everything else runs on plain Node. */
const gpuTests = ['{src,test,bench}/**/*.gpu.test.ts'];

/** Those that also run on a driver with 16 bit arithmetic and subgroups: each kernel, and whole networks of them. */
const f16Tests = ['src/kernels/{matmul,attention}/*.gpu.test.ts', 'test/gpu/{reference,emoji,tiers}.gpu.test.ts'];

/** One process, one file after another: one adapter serves all, and two would fight over the same cores. */
const onOneGpu = {
  environment: 'node',
  pool: 'forks',
  maxWorkers: 1,
  fileParallelism: false,
  isolate: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,test,bench}/**/*.test.ts'],
          exclude: gpuTests,
          environment: 'node',
          maxWorkers: 2,
          testTimeout: 30_000, // the slowest takes 8 s on a busy machine; a hang is still one
        },
      },
      {
        test: {
          name: 'firefox',
          include: ['test/firefox/*.firefox.ts'],
          environment: 'node',
          globalSetup: 'test/firefox/site.setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { ...onOneGpu, name: 'gpu', include: gpuTests, globalSetup: 'test/gpu/vulkan.setup.ts' } },
      { test: { ...onOneGpu, name: 'f16', include: f16Tests, globalSetup: 'test/gpu/f16.setup.ts' } },
    ],
  },
});
