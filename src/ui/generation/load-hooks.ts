import type { GeneratorOptions } from '../../generator/generator.ts';
import type { Store } from '../store/store.ts';
import type { StudioAction, StudioState } from '../store/studio-state.ts';

/**
 * What a load, and the engine that comes of it, tell the store until `signal` aborts.
 * @param release lets go of an engine that could not be mended
 */
export function loadHooks(
  store: Store<StudioState, StudioAction>,
  signal: AbortSignal,
  release: () => void,
): GeneratorOptions {
  const tell = (action: StudioAction) => {
    if (!signal.aborted) store.dispatch(action);
  };
  return {
    signal,
    onProgress: (progress) => tell({ type: 'load-progressed', progress }),
    onKernels: (kernels) => tell({ type: 'tuned', kernels }),
    onLimits: (limits) => tell({ type: 'limits-measured', limits: limits ?? 'none' }),
    onParts: (parts) => tell({ type: 'parts-measured', parts: parts ?? 'none' }),
    onRecovery: (recovery) => {
      if (signal.aborted) return;
      if (recovery.state === 'failed') release();
      store.dispatch({ type: 'recovered', recovery });
    },
  };
}
