// Draws icons of Iconify packages: `node draw.mjs JOBS.json OUT.raw SIDE`, run where the packages are installed.
// JOBS is [{"set": "noto", "icon": "alien"}, ...]; OUT gets one SIDE x SIDE x 4 block of straight RGBA bytes a job, in order.
// An icon that cannot be drawn stops the run with its name: a picture that is silently missing would shift all others.
import { createWriteStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { finished } from 'node:stream/promises';

const [jobsPath, outPath, sideText] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const sharp = require('sharp');
const side = Number(sideText);
const sets = new Map();

function iconSet(name) {
  if (!sets.has(name)) sets.set(name, require(`@iconify-json/${name}/icons.json`));
  return sets.get(name);
}

function svg({ set, icon }) {
  const all = iconSet(set);
  const found = all.icons[icon];
  if (!found) throw new Error(`the set ${set} has no icon named ${icon}`);
  const box = [found.left ?? 0, found.top ?? 0, found.width ?? all.width ?? 16, found.height ?? all.height ?? 16];
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${side}" height="${side}" viewBox="${box.join(' ')}">${found.body}</svg>`;
}

async function draw(job) {
  try {
    return await sharp(Buffer.from(svg(job))).ensureAlpha().raw().toBuffer();
  } catch (cause) {
    throw new Error(`cannot draw ${job.set}/${job.icon}: ${cause.message}`, { cause });
  }
}

const jobs = JSON.parse(readFileSync(jobsPath, 'utf8'));
const out = createWriteStream(outPath);
const atOnce = 8;
for (let start = 0; start < jobs.length; start += atOnce) {
  const pictures = await Promise.all(jobs.slice(start, start + atOnce).map(draw));
  for (const [i, picture] of pictures.entries()) {
    const job = jobs[start + i];
    if (picture.length !== side * side * 4) throw new Error(`${job.set}/${job.icon} came out as ${picture.length} bytes`);
    if (!out.write(picture)) await new Promise((resume) => out.once('drain', resume));
  }
  if (start % 1000 === 0) process.stderr.write(`drawn ${start} of ${jobs.length}\n`);
}
out.end();
await finished(out);
