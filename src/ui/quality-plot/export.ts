import { type Layout, LEGEND_GAP, type Line } from './layout.ts';
import { markerPath } from './markers.ts';
import { type Plot, paretoFront } from './plot.ts';

/** On paper: the colours of the light theme, whatever the page shows. */
const PAPER = '#ffffff';
const COLOURS = { grid: '#e0ddd4', front: '#3d49c9', tick: '#5f5c54', title: '#1d1c19' } as const;
const SERIES = ['#3d49c9', '#b4471b', '#0b7a68', '#8a3a9c'] as const;
const FONT = '12px system-ui, sans-serif';
const DOT = 5;
/** Around the current point. */
const RING = 9;
/** Pixels of the PNG for one of the plot. */
const DENSITY = 2;

const seriesColour = (index: number): string => SERIES[index % SERIES.length] ?? SERIES[0];

/** Colour, width and opacity of a line. */
function stroke({ role, series }: Line): { colour: string; width: number; opacity: number } {
  if (series !== null) return { colour: seriesColour(series), width: 1, opacity: role === 'series' ? 0.5 : 1 };
  return { colour: role === 'front' ? COLOURS.title : COLOURS.grid, width: role === 'front' ? 1.5 : 1, opacity: 1 };
}

/** The plot as a file of its own. */
export function toSvg({ width, height, lines, words, dots, legend }: Layout): string {
  const paths = lines.map((line) => {
    const { colour, width: size, opacity } = stroke(line);
    const points = line.points.map((point) => point.join()).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="${size}" opacity="${opacity}"/>`;
  });
  const markers = dots.map(({ x, y, series, isOnFront, point }) => {
    const colour = seriesColour(series);
    const paint = `fill="${isOnFront ? colour : PAPER}" stroke="${colour}"`;
    const title = `<title>${point.value}</title>`;
    return series === 0
      ? `<circle cx="${x}" cy="${y}" r="${DOT}" ${paint}>${title}</circle>`
      : `<path d="${markerPath(series, x, y, DOT)}" ${paint}>${title}</path>`;
  });
  const rings = dots
    .filter(({ isCurrent }) => isCurrent)
    .map(({ x, y }) => `<path d="${markerPath(0, x, y, RING)}" fill="none" stroke="${COLOURS.title}"/>`);
  const entries = legend.map(
    ({ series, name, x, y }) =>
      `<path d="${markerPath(series, x, y, DOT)}" fill="${seriesColour(series)}"/>` +
      `<text x="${x + LEGEND_GAP}" y="${y + 4}" fill="${COLOURS.title}">${name}</text>`,
  );
  const texts = words.map(
    ({ role, x, y, anchor, text }) =>
      `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${role === 'tick' ? COLOURS.tick : COLOURS.title}">${text}</text>`,
  );
  const body = [...paths, ...markers, ...rings, ...entries, ...texts].join('\n');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `style="font:${FONT}">\n<rect width="100%" height="100%" fill="${PAPER}"/>\n${body}\n</svg>\n`
  );
}

/**
 * One line a point, by series and value; numbers with all their digits. Where there is more than one series, or an
 * interval, the columns for them come last.
 */
export function toCsv({ axis, series, quality }: Plot): string {
  const points = series.flatMap((each) => each.points);
  const front = paretoFront(points, quality);
  const isNamed = series.length > 1;
  const hasInterval = points.some(({ low }) => low !== undefined);
  const ends = hasInterval ? [`${quality.column}_low`, `${quality.column}_high`] : [];
  const rows = series.flatMap(({ name, points: own }) =>
    own.map((point) => {
      const { value, latency, quality: figure, low, high } = point;
      const interval = hasInterval ? [low ?? '', high ?? ''] : [];
      return [value, latency, figure, front.includes(point), ...interval, ...(isNamed ? [name] : [])].join();
    }),
  );
  const heads = [axis, 'latency_ms', quality.column, 'on_pareto_front', ...ends, ...(isNamed ? ['guidance'] : [])];
  return [heads.join(), ...rows, ''].join('\n');
}

/** The same plot as pixels. */
export function toPng({ width, height, lines, words, dots, legend }: Layout): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = DENSITY * width;
  canvas.height = DENSITY * height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw the plot on');
  context.scale(DENSITY, DENSITY);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  for (const each of lines) {
    const { colour, width: size, opacity } = stroke(each);
    context.strokeStyle = colour;
    context.lineWidth = size;
    context.globalAlpha = opacity;
    context.beginPath();
    for (const [x, y] of each.points) context.lineTo(x, y);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.lineWidth = 1;
  for (const { x, y, series, isOnFront, isCurrent } of dots) {
    const marker = new Path2D(markerPath(series, x, y, DOT));
    context.fillStyle = isOnFront ? seriesColour(series) : PAPER;
    context.fill(marker);
    context.strokeStyle = seriesColour(series);
    context.stroke(marker);
    context.strokeStyle = COLOURS.title;
    if (isCurrent) context.stroke(new Path2D(markerPath(0, x, y, RING)));
  }
  context.font = FONT;
  for (const { series, name, x, y } of legend) {
    context.fillStyle = seriesColour(series);
    context.fill(new Path2D(markerPath(series, x, y, DOT)));
    context.fillStyle = COLOURS.title;
    context.fillText(name, x + LEGEND_GAP, y + 4);
  }
  for (const { role, text, x, y, anchor } of words) {
    context.fillStyle = role === 'tick' ? COLOURS.tick : COLOURS.title;
    context.textAlign = anchor === 'middle' ? 'center' : anchor;
    context.fillText(text, x, y);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('the plot has no pixels')) : resolve(blob)), 'image/png');
  });
}

/** Has the browser save `content` under `name`. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may read it late
}
