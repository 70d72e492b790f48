import { chunkBytes } from './chunks.ts';

/** RGBA8 with straight alpha, rows from the top. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Bits of a channel, colour type RGBA, then the only compression and filtering there are, and no interlace. */
const RGBA8 = [8, 6, 0, 0, 0];

/**
 * A PNG of exactly these bytes. Not by a canvas, which keeps colours multiplied by alpha: what is nearly transparent
 * would come out in other colours.
 * @throws RangeError when data is not of width × height pixels
 */
export async function encodePng({ width, height, data }: RgbaImage): Promise<Uint8Array<ArrayBuffer>> {
  if (data.length !== 4 * width * height || data.length === 0) {
    throw new RangeError(`${data.length} bytes for ${width} × ${height} pixels`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(RGBA8, 8);
  const packed = await deflate(unfiltered({ width, height, data }));
  const parts = [
    SIGNATURE,
    chunkBytes('IHDR', header),
    chunkBytes('IDAT', packed),
    chunkBytes('IEND', new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Every row behind a byte that names its filter: none. */
function unfiltered({ width, height, data }: RgbaImage): Uint8Array<ArrayBuffer> {
  const stride = 4 * width;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return rows;
}

/** In the zlib format, which is what PNG asks for and what the stream calls “deflate”. */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
