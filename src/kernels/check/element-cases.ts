import { group } from '../group/group.ts';
import { patchify } from '../patchify/patchify.ts';
import { rmsNorm } from '../rms-norm/rms-norm.ts';
import { solverStep } from '../solver-step/solver-step.ts';
import { type Case, type CaseMaker, STAGE } from './cases.ts';
import { numbers } from './operands.ts';
import { rmsNormalized, row } from './plain.ts';

/** The kernels that every tier shares, on an image of 2 channels in 2×2 patches of 2×2 pixels. */
export function elementCases(make: CaseMaker): Case[] {
  return [norm(make), groups(make), patches(make), update(make)];
}

const [CHANNELS, PATCH, GRID] = [2, 2, 2];
const SIDE = PATCH * GRID;
const COLUMNS = CHANNELS * PATCH * PATCH;

function norm(make: CaseMaker): Case {
  const [rows, width] = [3, 72];
  const x = { values: numbers(9, rows * width), columns: width };
  const scale = numbers(10, width);
  const output = make.room(rows * width);
  const dispatch = rmsNorm({
    ...{ label: 'norm', part: 'check', rows, width, output },
    input: make.upload(x.values),
    scale: make.upload(scale),
  });
  const normalized = Array.from({ length: rows }, (_, r) => rmsNormalized(row(x, r), scale));
  return {
    ...{ dispatch, output, count: rows * width },
    expected: (place) => normalized[Math.floor(place / width)]![place % width]!,
  };
}

/** Windows of 2×2 in a raster of 4×4. */
function groups(make: CaseMaker): Case {
  const [grid, window, width] = [4, 2, 8];
  const [tokens, readPlaces, writePlaces] = [16, 4, 4].map((rows, i) => numbers(11 + i, rows * width)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  const count = tokens.length;
  const output = make.room(count);
  const dispatch = group({
    ...{ label: 'group', part: 'check', images: 1, grid, window, width },
    tokens: make.upload(tokens),
    readPosEmbed: make.upload(readPlaces),
    writePosEmbed: make.upload(writePlaces),
    readPatches: make.room(count),
    writePatches: output,
  });
  const expected = (place: number) => {
    const [r, c] = [Math.floor(place / width), place % width];
    const [inGroup, slot] = [Math.floor(r / 4), r % 4];
    const line = 2 * Math.floor(inGroup / 2) + Math.floor(slot / 2);
    const token = line * grid + 2 * (inGroup % 2) + (slot % 2);
    return tokens[token * width + c]! + readPlaces[slot * width + c]! + writePlaces[slot * width + c]!;
  };
  return { dispatch, output, count, expected };
}

function patches(make: CaseMaker): Case {
  const image = numbers(14, CHANNELS * SIDE * SIDE);
  const output = make.room(image.length);
  const dispatch = patchify({
    ...{ label: 'patchify', part: 'check', images: 1, states: 1, columns: COLUMNS },
    ...{ channels: CHANNELS, patch: PATCH, grid: GRID },
    image: make.upload(image),
    patches: output,
  });
  const expected = (place: number) => {
    const [token, element] = [Math.floor(place / COLUMNS), place % COLUMNS];
    const [channel, pixel] = [Math.floor(element / PATCH ** 2), element % PATCH ** 2];
    const y = Math.floor(token / GRID) * PATCH + Math.floor(pixel / PATCH);
    return image[(channel * SIDE + y) * SIDE + (token % GRID) * PATCH + (pixel % PATCH)]!;
  };
  return { dispatch, output, count: image.length, expected };
}

function update(make: CaseMaker): Case {
  const count = CHANNELS * SIDE * SIDE;
  const [tokens, x, previous, noise] = [2 * count, count, count, count].map((length, i) => numbers(15 + i, length)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  const output = make.room(count);
  const state = make.upload(x);
  const dispatch = solverStep({
    ...{ label: 'solver step', part: 'check', states: 1, guided: true, columns: COLUMNS },
    ...{ channels: CHANNELS, patch: PATCH, grid: GRID },
    tokens: make.upload(tokens),
    asked: state,
    x: state,
    previous: make.upload(previous),
    noise: make.upload(noise),
    next: output,
    velocity: make.room(count),
    clean: make.room(count),
  });
  const expected = (place: number) => {
    const [line, column, channel] = [Math.floor(place / SIDE) % SIDE, place % SIDE, Math.floor(place / SIDE ** 2)];
    const token = Math.floor(line / PATCH) * GRID + Math.floor(column / PATCH);
    const at = token * COLUMNS + ((line % PATCH) * PATCH + (column % PATCH)) * CHANNELS + channel;
    const guide = tokens[count + at]!;
    const velocity = guide + STAGE.guidance * (tokens[at]! - guide);
    return (
      STAGE.base * x[place]! +
      STAGE.velocity * velocity +
      STAGE.previous * previous[place]! +
      STAGE.noise * noise[place]!
    );
  };
  return { dispatch, output, count, expected };
}
