import fs from 'node:fs/promises';

/** Of file systems that sync no folders. */
const unable: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP']);

/** A file's name is on the disk once its folder is. Where folders cannot be opened (Windows), there is nothing to do. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const opened = await fs.open(folder, 'r');
  try {
    await opened.sync();
  } catch (error) {
    if (!unable.has((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    await opened.close();
  }
}
