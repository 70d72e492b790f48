// Group norm, 2 of 3: from the statistics of runs and channels to two factors for every channel,
//   norm(x) = (x - centre) · scale + β,  centre = mean,  scale = γ / √(variance + ε)
// with mean and biased variance over the channels of a group and all pixels. One workgroup a group; its invocations
// take turns on the (run, channel) pairs and share their sums through workgroup memory. The mean comes first, then
// Σ(x - mean)² = Σ over pairs of deviation + n · (mean of pair - mean)²: nothing cancels.

struct Params {
  pixels: u32,
  stride: u32,  // floats in a run's line: channels, padded
  width: u32,   // channels of a group
  run: u32,     // pixels in a run; the last one may be shorter
  runs: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<storage, read> means: array<f32>;      // [runs, stride]
@group(0) @binding(1) var<storage, read> deviations: array<f32>; // the same
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read_write> centre: array<f32>;
@group(0) @binding(4) var<storage, read_write> scale: array<f32>;
@group(0) @binding(5) var<uniform> p: Params;

const LANES = 64u;

var<workgroup> sums: array<f32, LANES>;
var<workgroup> squares: array<f32, LANES>;

fn pixels_of(run: u32) -> f32 {
  return f32(min(p.run, p.pixels - run * p.run));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = workgroup.x * p.width;
  let pairs = p.runs * p.width;
  let count = f32(p.pixels) * f32(p.width);

  var sum = 0.0;
  for (var i = lane; i < pairs; i += LANES) {
    let run = i / p.width;
    sum += pixels_of(run) * means[run * p.stride + first + i % p.width];
  }
  sums[lane] = sum;
  workgroupBarrier();
  var mean = 0.0;
  for (var i = 0u; i < LANES; i++) {
    mean += sums[i];
  }
  mean /= count;

  var square = 0.0;
  for (var i = lane; i < pairs; i += LANES) {
    let run = i / p.width;
    let place = run * p.stride + first + i % p.width;
    let apart = means[place] - mean;
    square += deviations[place] + pixels_of(run) * apart * apart;
  }
  squares[lane] = square;
  workgroupBarrier();
  var variance = 0.0;
  for (var i = 0u; i < LANES; i++) {
    variance += squares[i];
  }
  variance /= count;

  let inv_std = 1.0 / sqrt(variance + p.epsilon);
  for (var channel = first + lane; channel < first + p.width; channel += LANES) {
    centre[channel] = mean;
    scale[channel] = gamma[channel] * inv_std;
  }
}
