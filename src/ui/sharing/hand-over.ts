import { ElitError } from '../../errors.ts';

/**
 * Puts a PNG on the clipboard. The file may still be in the making: browsers want the clipboard asked for at once,
 * while the click is fresh.
 * @throws ElitError request-invalid where the browser has no clipboard for pictures, or does not allow it
 */
export async function copyPicture(png: Promise<Blob>): Promise<void> {
  png.catch(() => undefined); // it is awaited below, or nobody needs it
  if (navigator.clipboard?.write === undefined || typeof ClipboardItem === 'undefined') {
    throw refused('This browser cannot copy pictures here.');
  }
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch (cause) {
    await png; // its own failure says more
    throw refused('The browser did not let the picture be copied.', cause);
  }
}

/** Has the browser save a file under a name. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: some browsers read the address only after the click's task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function refused(message: string, cause?: unknown): ElitError {
  return new ElitError('request-invalid', message, 'Download the PNG instead, or open the page over https.', { cause });
}
