// Group norm, 1 of 3: mean and sum of squared deviations of every channel over a run of pixels. One invocation a vec4
// of channels and a run; it passes over its pixels twice, first for the mean, so that nothing cancels. Channels are
// kept apart because groups need not fall on vec4s. Neighbouring invocations read neighbouring channels; no barriers.

struct Params {
  count: u32,     // invocations that have work: runs · channels4
  pixels: u32,
  channels4: u32,
  run: u32,       // pixels in a run; the last one may be shorter
  row: u32,       // invocations in one row of the 2-D dispatch
}

@group(0) @binding(0) var<storage, read> map: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> means: array<vec4f>;      // [runs, channels4]
@group(0) @binding(2) var<storage, read_write> deviations: array<vec4f>; // the same: Σ(x - mean)²
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * p.row + id.x;
  if (i >= p.count) {
    return;
  }
  let channel4 = i % p.channels4;
  let first = (i / p.channels4) * p.run;
  let end = min(first + p.run, p.pixels);
  var sum = vec4f(0.0);
  for (var pixel = first; pixel < end; pixel++) {
    sum += map[(1u + pixel) * p.channels4 + channel4];
  }
  let mean = sum / f32(end - first);
  var squares = vec4f(0.0);
  for (var pixel = first; pixel < end; pixel++) {
    let deviation = map[(1u + pixel) * p.channels4 + channel4] - mean;
    squares += deviation * deviation;
  }
  means[i] = mean;
  deviations[i] = squares;
}
