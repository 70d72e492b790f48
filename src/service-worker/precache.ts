/** A file of the build that is kept for offline use. */
export interface PrecachedFile {
  /** Relative to the site's folder; '' is its document. */
  readonly path: string;
  /** For the `integrity` of its request: “sha256-…”. */
  readonly integrity: string;
  /** onnxruntime, which only pages without WebGPU draw with: kept when one asks for it. */
  readonly isRuntime: boolean;
}

/** One build of the site, as it was when the service worker was built. */
export interface Precache {
  /** Changes whenever any file does. */
  readonly version: string;
  readonly files: readonly PrecachedFile[];
}
