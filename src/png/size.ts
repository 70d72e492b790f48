import { checkSum, chunks, invalid } from './chunks.ts';

/**
 * Width and height of a PNG in pixels, from its header.
 * @throws ElitError picture-invalid when the file is no PNG, its header is damaged, or it has no pixels
 */
export function pngSize(file: Uint8Array): { width: number; height: number } {
  const header = chunks(file).next().value;
  if (header === undefined) throw invalid('The picture does not begin with its size.');
  checkSum(file, header);
  const { buffer, byteOffset, byteLength } = header.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  const size = { width: view.getUint32(0), height: view.getUint32(4) };
  if (size.width === 0 || size.height === 0) throw invalid('The picture has no pixels.');
  return size;
}
