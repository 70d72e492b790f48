import { vulkan } from '../../scripts/vulkan.mjs';
import { startTestsWith } from './start-tests-with.ts';

/** Runs once before the GPU tests. */
export default async function setup(): Promise<void> {
  startTestsWith(await vulkan());
}
