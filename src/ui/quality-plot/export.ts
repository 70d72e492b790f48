import type { Layout, PlotPoint } from './layout.ts';
import { paretoFront } from './layout.ts';

/** On paper: the colours of the light theme, whatever the page shows. */
const PAPER = '#ffffff';
const COLOURS = { grid: '#e0ddd4', front: '#3d49c9', tick: '#5f5c54', title: '#1d1c19' } as const;
const FONT = '12px system-ui, sans-serif';
const DOT = 5;
/** Pixels of the PNG for one of the plot. */
const DENSITY = 2;

/** The plot as a file of its own. */
export function toSvg({ width, height, lines, words, dots }: Layout): string {
  const paths = lines.map(
    ({ role, points }) =>
      `<polyline points="${points.map((point) => point.join()).join(' ')}" fill="none" stroke="${COLOURS[role]}"/>`,
  );
  const circles = dots.map(
    ({ x, y, isOnFront, point }) =>
      `<circle cx="${x}" cy="${y}" r="${DOT}" fill="${isOnFront ? COLOURS.front : PAPER}" stroke="${COLOURS.front}">` +
      `<title>${point.value}</title></circle>`,
  );
  const texts = words.map(
    ({ role, x, y, anchor, text }) =>
      `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${COLOURS[role]}">${text}</text>`,
  );
  const body = [...paths, ...circles, ...texts].join('\n');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `style="font:${FONT}">\n<rect width="100%" height="100%" fill="${PAPER}"/>\n${body}\n</svg>\n`
  );
}

/** One line a point, by value; numbers with all their digits. */
export function toCsv(axis: string, points: readonly PlotPoint[]): string {
  const front = paretoFront(points);
  const rows = points.map((point) => [point.value, point.latency, point.similarity, front.includes(point)].join());
  return [`${axis},latency_ms,ssim_to_full_budget,on_pareto_front`, ...rows, ''].join('\n');
}

/** The same plot as pixels. */
export function toPng({ width, height, lines, words, dots }: Layout): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = DENSITY * width;
  canvas.height = DENSITY * height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw the plot on');
  context.scale(DENSITY, DENSITY);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  for (const { role, points } of lines) {
    context.strokeStyle = COLOURS[role];
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.stroke();
  }
  context.strokeStyle = COLOURS.front;
  for (const { x, y, isOnFront } of dots) {
    context.fillStyle = isOnFront ? COLOURS.front : PAPER;
    context.beginPath();
    context.arc(x, y, DOT, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.font = FONT;
  for (const { role, x, y, anchor, text } of words) {
    context.fillStyle = COLOURS[role];
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
