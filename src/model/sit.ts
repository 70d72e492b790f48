import { block, embed, type Forward, final, tap } from './layers.ts';

/** Plain SiT, the baseline: ELIT without the latent interface, every block on the spatial tokens. */
export function sit(f: Forward, images: number): GPUBuffer {
  let tokens = embed(f, images); //                                            [B·T, D]
  for (let i = 0; i < f.config.depth; i++) tokens = block(f, i, tokens, 'blocks');
  tap(f, 'tail_out', tokens);
  return final(f, tokens); //                                                  [B·T, p·p·C]
}
