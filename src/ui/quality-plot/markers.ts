/** A series has its shape beside its colour: nobody has to tell colours apart. */
const SHAPES = ['circle', 'square', 'diamond', 'triangle'] as const;

/** SVG path of the marker of series `index` around (x, y), as large as a circle of `radius` looks. */
export function markerPath(index: number, x: number, y: number, radius: number): string {
  const polygon = (...corners: readonly (readonly [number, number])[]) =>
    `M${corners.map(([dx, dy]) => `${round(x + dx)},${round(y + dy)}`).join('L')}Z`;
  switch (SHAPES[index % SHAPES.length]) {
    case 'square': {
      const half = 0.9 * radius;
      return polygon([-half, -half], [half, -half], [half, half], [-half, half]);
    }
    case 'diamond': {
      const half = 1.3 * radius;
      return polygon([0, -half], [half, 0], [0, half], [-half, 0]);
    }
    case 'triangle': {
      const side = 1.2 * radius;
      return polygon([0, -side], [side, 0.8 * side], [-side, 0.8 * side]);
    }
    default:
      return `M${round(x - radius)},${round(y)}a${radius},${radius} 0 1 0 ${2 * radius},0a${radius},${radius} 0 1 0 ${-2 * radius},0Z`;
  }
}

const round = (value: number): number => Math.round(100 * value) / 100;
