/**
 * The one Trusted Types policy of ours, first import of the page and of every worker: scripts are loaded by address,
 * from our own origin only, and never made from text. It is the realm's default, so that it holds for the workers, the
 * service worker and the threads that onnxruntime starts, whoever starts them.
 */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

const trustedTypes: TrustedTypes | undefined = Reflect.get(globalThis, 'trustedTypes');
trustedTypes?.createPolicy('default', { createScriptURL: ownScript });

/** @throws TypeError for an address of another origin, and for a blob: address, whose origin is the page's */
export function ownScript(url: string): string {
  const { origin, protocol } = new URL(url, location.href);
  if (origin !== location.origin || protocol !== location.protocol) {
    throw new TypeError(`No script is loaded from ${protocol === 'blob:' ? protocol : origin}.`);
  }
  return url;
}
