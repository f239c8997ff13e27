import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './sync-folder.js';

/**
 * Writes a file whole, for its owner only, and makes its folder where it is missing: whoever reads the file meanwhile, or
 * after a crash, finds the old text or the new one.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  await fs.mkdir(folder, { recursive: true, mode: 0o755 });
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const opened = await fs.open(temporary, 'wx', 0o600);
    try {
      await opened.writeFile(text);
      await opened.sync();
    } finally {
      await opened.close();
    }
    await fs.rename(temporary, file);
    await syncFolder(folder);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
