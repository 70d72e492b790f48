/** The Firefox that the page is tried in: the one at FIREFOX_PATH, else the system's. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns {string} its path. @throws Error where there is none */
export function firefox() {
  const path = process.env.FIREFOX_PATH ?? candidates().find((candidate) => existsSync(candidate));
  if (path) return path;
  throw new Error('No Firefox. Install one (Debian: apt-get install firefox-esr), or name it with FIREFOX_PATH.');
}

/** @returns {string[]} where Firefox lies when it is installed */
function candidates() {
  if (process.platform === 'darwin') return ['/Applications/Firefox.app/Contents/MacOS/firefox'];
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']];
    return roots.flatMap((root) => (root ? [join(root, 'Mozilla Firefox/firefox.exe')] : []));
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name)));
}
