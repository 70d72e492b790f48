import type { Safetensors, StoredTensor } from '../../src/model/safetensors.ts';

/** A safetensors file from a header (any JSON value or text, sound or not) and the bytes that follow it. */
export function safetensorsFile(header: unknown, data: Uint8Array | number = 0): Uint8Array<ArrayBuffer> {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.length + body.length);
  new DataView(file.buffer).setUint32(0, json.length, true);
  file.set(json, 8);
  file.set(body, 8 + json.length);
  return file;
}

/** A file of float32 tensors, in the order given. */
export function writeSafetensors(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const values = Object.values(tensors).flatMap((tensor) => Array.from(tensor.values));
  let end = 0;
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const begin = end;
    end += 4 * tensor.values.length;
    return [name, { dtype: 'F32', shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const header = { ...(metadata === undefined ? {} : { __metadata__: metadata }), ...Object.fromEntries(entries) };
  return safetensorsFile(header, new Uint8Array(Float32Array.from(values).buffer));
}

/** The file of another's tensors, each as `change` gives it back; null leaves it out. */
export function rewrittenSafetensors(
  file: Safetensors,
  change: (name: string, tensor: StoredTensor) => StoredTensor | null,
  metadata = file.metadata,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const name of file.names()) {
    const tensor = change(name, file.tensor(name));
    if (tensor === null) continue;
    const begin = end;
    end += tensor.bytes.length;
    header[name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] };
    parts.push(tensor.bytes);
  }
  return safetensorsFile(header, new Uint8Array(Buffer.concat(parts)));
}
