import { vulkan16 } from '../../scripts/vulkan.mjs';
import { startTestsWith } from './start-tests-with.ts';

/** Runs once before the tests of the f16 tiers. */
export default async function setup(): Promise<void> {
  startTestsWith(await vulkan16());
}
