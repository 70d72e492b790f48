import { defineConfig, mergeConfig } from 'vite';
import page from './vite.config.ts';

/** The package that `npm install` brings: one module, with its workers and the runtime's WASM as files beside it. */
export default mergeConfig(
  { ...page, build: {}, plugins: [] },
  defineConfig({
    publicDir: false,
    build: {
      outDir: 'dist-lib',
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: { 'elit-web': 'src/index.ts' },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  }),
);
