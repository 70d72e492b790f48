import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

/** Shared memory (WASM threads) and fine clocks exist only where both headers isolate the page. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  base: './', // the built site works from any folder of any host
  server: { headers: isolation, watch: { ignored: ['**/training/**', '**/test-results/**'] } },
  preview: { headers: isolation },
  worker: { format: 'es' },
  // onnxruntime-web in the variant that loads its glue and its WASM from addresses we give it (src/runtime-onnx
  // imports both with `?url`): they become assets of ours, and its threads can start from the glue.
  // Without the development builds, whose warnings would be all that the console has to say.
  resolve: {
    conditions: [
      'onnxruntime-web-use-extern-wasm',
      ...defaultClientConditions.filter((condition) => condition !== 'development|production'),
    ],
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: { rolldownOptions: { input: [page('index.html')] } },
});
