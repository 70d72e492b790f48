import { defineConfig } from 'vitest/config';

/** Files that need a GPU say so in their name; everything else runs on plain Node. */
const gpuTests = ['{src,test,bench}/**/*.gpu.test.ts'];

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
        },
      },
      {
        test: {
          name: 'gpu',
          include: gpuTests,
          environment: 'node',
          globalSetup: 'test/gpu/vulkan.setup.ts',
          // One process, one file after another: one adapter serves all, and two would fight over the same cores.
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
