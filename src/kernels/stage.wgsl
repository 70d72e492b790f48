// What the current stage of a sampling run tells every kernel (see StageTable in src/gpu/program.ts).
struct Stage {
  row: u32,        // first row of this stage in the modulation tables
  t: f32,
  base: f32,       // next = base·x + velocity·v + previous·v_prev + noise·ε
  velocity: f32,
  previous: f32,
  noise: f32,
  guidance: f32,
}

@group(1) @binding(0) var<uniform> stage: Stage;
