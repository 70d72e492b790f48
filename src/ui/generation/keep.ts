import type { ModelInfo } from '../../generator/types.ts';
import { log } from '../../log.ts';

/** Sees to it that what draws now is still there at the next visit. Nothing waits for it. */
export async function keepForNextVisit({ unkept, backend }: Pick<ModelInfo, 'unkept' | 'backend'>): Promise<void> {
  try {
    // The browser decides, some by asking, whether the model stays when the disk gets short.
    if (unkept === null) await navigator.storage.persist();
    // A page that draws on the GPU has no use for onnxruntime, so it is not kept before it is needed.
    if (backend !== 'wasm' || !import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage('keep-runtime');
  } catch (cause) {
    log.warn('the next visit may have to download again', cause);
  }
}
