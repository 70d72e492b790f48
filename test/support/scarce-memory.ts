/** Where `scarceMemory` was put: what it refused, and its end. */
export interface ScarceMemory {
  readonly refused: string[];
  end(): void;
}

/**
 * From now on every device refuses buffers as one without memory for them does: what it gives is invalid, and the
 * innermost error scope for it says so. Outside all scopes it throws, for there a real device would be done for.
 * Uses nothing outside itself, so that its code can be put into a page's workers.
 */
export function scarceMemory(
  refuses: (label: string, bytes: number) => boolean,
  filter: 'out-of-memory' | 'validation' = 'out-of-memory',
): ScarceMemory {
  const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
  const scopes: { readonly filter: GPUErrorFilter; isHit: boolean }[] = [];
  const refused: string[] = [];
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const { label = '', size } = descriptor;
    if (!refuses(label, size)) return createBuffer.call(this, descriptor);
    refused.push(label);
    const scope = scopes.findLast((one) => one.filter === filter);
    if (scope === undefined) throw new Error(`“${label}” is asked for outside all error scopes`);
    scope.isHit = true;
    pushErrorScope.call(this, 'validation');
    const invalid = createBuffer.call(this, { label, size, usage: 0 });
    void popErrorScope.call(this);
    return invalid;
  };
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push({ filter, isHit: false });
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const scope = scopes.pop();
    const error = await popErrorScope.call(this);
    if (!scope?.isHit) return error;
    return filter === 'validation'
      ? new GPUValidationError('refused by the test')
      : new GPUOutOfMemoryError('none left');
  };
  const end = () => {
    Object.assign(GPUDevice.prototype, { createBuffer, pushErrorScope, popErrorScope });
  };
  return { refused, end };
}
