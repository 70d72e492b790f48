import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { secureSite } from './scripts/secure-site.ts';
import { ISOLATION } from './src/service-worker/headers.ts';

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  base: './', // the built site works from any folder of any host
  plugins: secureSite(),
  server: { headers: ISOLATION, watch: { ignored: ['**/training/**', '**/test-results/**'] } },
  worker: {
    format: 'es',
    // The benchmark's workers are told apart by name: their policy is another (src/service-worker/headers.ts).
    rolldownOptions: {
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          `assets/${facadeModuleId?.includes('/bench/') ? 'bench-' : ''}[name]-[hash].js`,
      },
    },
  },
  // onnxruntime-web in the variant that loads its glue and its WASM from addresses we give it (src/runtime-onnx
  // imports both with `?url`): they become assets of ours, and its threads can start from the glue.
  // Without the development builds, whose warnings would be all that the console has to say.
  resolve: {
    conditions: [
      'onnxruntime-web-use-extern-wasm',
      ...defaultClientConditions.filter((condition) => condition !== 'development|production'),
    ],
  },
  optimizeDeps: { exclude: ['onnxruntime-web', '@huggingface/tokenizers'] },
  build: { rolldownOptions: { input: [page('index.html'), page('bench.html')] } },
});
