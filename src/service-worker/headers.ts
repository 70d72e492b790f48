/** What the site may do, as headers. The build, the preview server and the service worker all take it from here. */

/** Shared memory (WASM threads) and fine clocks exist only where both isolate the page. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

const POLICY = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' blob:",
  'style-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

/** lit-html's own policy wraps the constant texts of templates. */
const TRUSTED_TYPES = { 'require-trusted-types-for': "'script'", 'trusted-types': 'default lit-html' };

/** onnxruntime's WebGPU glue, which the benchmark compares with, makes functions from text. */
const BENCH = { ...POLICY, 'script-src': "'self' 'wasm-unsafe-eval' 'unsafe-eval'" };

/**
 * The Content-Security-Policy of a document or a worker's script, by its path in the site.
 * @param kind the directives that only a header may have are left out of a 'meta' element
 */
export function contentPolicy(path: string, kind: 'header' | 'meta' = 'header'): string {
  const isBench = /^(assets\/)?bench[-.]/.test(path);
  const directives: Record<string, string> = isBench ? { ...BENCH } : { ...POLICY, ...TRUSTED_TYPES };
  if (kind === 'header') directives['frame-ancestors'] = "'none'";
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** All of them, for the answer at `path`. */
export function securityHeaders(path: string): Record<string, string> {
  return { ...ISOLATION, 'Content-Security-Policy': contentPolicy(path), 'X-Content-Type-Options': 'nosniff' };
}
