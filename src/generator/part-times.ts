import { partFigures, type TimedProgram } from '../gpu/parts.ts';
import type { TimedLaunches } from '../gpu/timing.ts';
import type { Exclusively } from './idle-tuning.ts';
import type { Settings } from './types.ts';

/** What a picture's time is split into. */
export const PARTS = ['conditioning', 'head', 'read', 'core', 'write', 'tail', 'decode'] as const;
export type Part = (typeof PARTS)[number];

/** What each part took of a picture, by the GPU's timestamps. Plain data. */
export interface PartTimes {
  /** Of the picture. */
  readonly settings: Settings;
  /** Milliseconds of the whole picture; a part that the model does not have, or that no kernel of ours computes, has 0. */
  readonly ms: Readonly<Record<Part, number>>;
}

/** Rounds, of which the median but of the first counts. */
const ROUNDS = 3;
/** A measurement goes on for about this long, ms: an image that is asked for meanwhile waits no longer. */
const LONGEST = 50;
/** Repetitions that are plenty for a clock of 0.1 ms. */
const MOST_REPEATS = 16;

/** Parts as the programs name them: what comes before the head and after the tail is counted with them. */
const GROUPS: Readonly<Record<string, Part>> = { embed: 'head', blocks: 'core', final: 'tail' };

/** What opens the programs of a picture, and frees what that takes. */
export type OpenPrograms = () => Promise<{ readonly programs: readonly TimedProgram[]; dispose(): void }>;

/**
 * Milliseconds of the parts of a picture, measured one program at a time with nothing drawn meanwhile.
 * @param alone runs a measurement while nothing else is drawn, and throws when there is to be no other
 * @returns null on a device without timestamps
 * @throws what `open` and `alone` throw
 */
export async function measureParts(open: OpenPrograms, alone: Exclusively): Promise<PartTimes['ms'] | null> {
  const programs: Measured[] = [];
  let count = 1;
  for (let round = 0; round < ROUNDS; round++) {
    for (let index = 0; index < count; index++) {
      const found = await alone(async () => {
        const opened = await open();
        try {
          count = opened.programs.length;
          const program = opened.programs[index];
          return program && { program, timed: await program.time(repeatsFor(programs[index])) };
        } finally {
          opened.dispose();
        }
      });
      if (!found?.timed) return null;
      const { program, timed } = found;
      const { dispatches, times } = program;
      const measured = programs[index] ?? { dispatches, times, runs: [] };
      measured.runs.push(timed);
      programs[index] = measured;
    }
  }
  return summed(programs);
}

interface Measured extends Pick<TimedProgram, 'dispatches' | 'times'> {
  readonly runs: TimedLaunches[];
}

/** One at first, and then as many as there is time for; a slow device needs no more. */
function repeatsFor(program: Measured | undefined): number {
  if (program === undefined) return 1;
  const wallMs = Math.max(0.1, program.runs[0]?.wallMs ?? 0);
  return Math.min(MOST_REPEATS, Math.max(1, Math.floor(LONGEST / wallMs)));
}

/** The first round only tells how long the others take, and finds what is slow once. */
function summed(programs: readonly Measured[]): PartTimes['ms'] {
  const ms = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  for (const { dispatches, times, runs } of programs) {
    const counted = runs.slice(1).map(({ launchMs }) => launchMs);
    for (const figures of partFigures(dispatches, counted)) {
      const part = GROUPS[figures.part] ?? PARTS.find((name) => name === figures.part);
      if (part) ms[part] += times * figures.ms;
    }
  }
  return ms;
}
