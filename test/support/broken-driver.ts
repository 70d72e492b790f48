import { vi } from 'vitest';

/**
 * Has the driver of every device compile other code than it is given, for the modules whose label and code pass.
 * @returns the labels of those it got wrong; `vi.restoreAllMocks` ends it
 */
export function breakDriver(
  fault: (code: string) => string,
  which: (label: string, code: string) => boolean,
): string[] {
  const broken: string[] = [];
  const create = GPUDevice.prototype.createShaderModule;
  vi.spyOn(GPUDevice.prototype, 'createShaderModule').mockImplementation(function (this: GPUDevice, descriptor) {
    const { label = '', code } = descriptor;
    if (!which(label, code)) return create.call(this, descriptor);
    broken.push(label);
    return create.call(this, { ...descriptor, code: fault(code) });
  });
  return broken;
}

/** Every stored result is 5 % too large. */
export function wrongResults(code: string): string {
  const outputs = [...code.matchAll(/var<storage, read_write> (\w+)/g)].map(([, name]) => name);
  const stores = new RegExp(`\\b(${outputs.join('|')})(\\[.*\\]) = (.*);`, 'g');
  const changed = code.replaceAll(stores, '$1$2 = ($3) * 1.05;');
  if (changed === code) throw new Error('nothing is stored in this kernel');
  return changed;
}

/** What no compiler takes. */
export const nonsense = (code: string): string => `${code}\nfn broken() -> f32 { return true; }`;
