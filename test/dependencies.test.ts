import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What is installed is what was tested: no version is a range, and every archive is checked by its hash. */

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

it('every dependency is pinned to one version', () => {
  const { dependencies, devDependencies } = json('package.json');
  const versions = Object.entries({ ...dependencies, ...devDependencies });
  expect(versions.length).toBeGreaterThan(10);
  for (const [name, version] of versions) expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

it('every archive that is installed has its hash in the lock file', () => {
  const packages = Object.entries<{ integrity?: string; inBundle?: boolean }>(json('package-lock.json').packages);
  for (const [path, { integrity, inBundle }] of packages) {
    if (path !== '' && !inBundle) expect(integrity, path).toMatch(/^sha512-/);
  }
});
