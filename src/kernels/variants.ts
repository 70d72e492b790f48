import type { Dispatch } from '../gpu/program.ts';

/** What kernels may use of a device beyond what all do well: float16 arithmetic, subgroups, barriers. */
export type Feature = 'f16' | 'subgroups' | 'barriers';

/** Sets of features that kernels are chosen and checked by, the plainest first. Each has the kernels of `f32`. */
export const TIERS = ['f32', 'f32-subgroups', 'f16', 'f16-subgroups'] as const;
export type Tier = (typeof TIERS)[number];

export const FEATURES: Record<Tier, readonly Feature[]> = {
  f32: [],
  'f32-subgroups': ['subgroups'],
  f16: ['f16'],
  'f16-subgroups': ['f16', 'subgroups'],
};

/**
 * Which member of its family serves each shape: plain data, to keep and to send. A shape that is not in `chosen`
 * gets the default of the tier.
 */
export interface Variants {
  readonly tier: Tier;
  /** Barriers cost next to nothing, in compiling as in running: not so where the processor plays the GPU. */
  readonly barriers: boolean;
  /** Name of the variant by shape: see `Family`. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** What a tier computes with on an adapter before anything was measured. */
export function defaultVariants(tier: Tier, { isSoftware }: { readonly isSoftware: boolean }): Variants {
  return { tier, barriers: !isSoftware, chosen: {} };
}

/** What all devices compute with. */
export const PLAIN_VARIANTS = defaultVariants('f32', { isSoftware: true });

/** One way to compute a family's operation. */
export interface Variant {
  readonly name: string;
  readonly needs: readonly Feature[];
}

/** The members for a tier on an adapter. */
export function availableOn<V extends Variant>({ tier, barriers }: Variants, members: readonly V[]): V[] {
  const features: readonly Feature[] = barriers ? [...FEATURES[tier], 'barriers'] : FEATURES[tier];
  return members.filter(({ needs }) => needs.every((feature) => features.includes(feature)));
}

/** What kernels that share registers inside a quad begin with: a quad leaves them as a whole, which WGSL cannot see. */
export const QUAD_HEAD = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n';

/** What kernels that compute in float16 begin with. */
export const HALF_HEAD = 'enable f16;\n';

/** The launch of one shape by the variant that was chosen for it, able to say what the other members would do. */
export function dispatchFamily<V extends Variant>(
  variants: Variants,
  shape: string,
  { members, standard, launch }: FamilyOf<V>,
): Dispatch {
  const available = availableOn(variants, members);
  const of = (member: V): Dispatch => ({
    ...launch(member),
    family: {
      shape,
      variant: member.name,
      standard: standard.name,
      variants: available.map(({ name }) => name),
      by: (name) => of(available.find((other) => other.name === name) ?? standard),
    },
  });
  return of(available.find(({ name }) => name === variants.chosen[shape]) ?? standard);
}

interface FamilyOf<V extends Variant> {
  /** All that can serve the shape. */
  readonly members: readonly V[];
  /** The tier's default among them. */
  readonly standard: V;
  readonly launch: (variant: V) => Dispatch;
}
