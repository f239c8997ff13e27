import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DataFolderInUseError } from './data-folder-in-use.error.js';
import { DataFolderNotWritableError } from './data-folder-not-writable.error.js';
import { processStart } from './process-start.js';
import { dropLockFile, takeLockFile } from './take-lock-file.js';

/** One process per data folder. A process that dies holds it no longer, however it died. */
export class DataFolderLock {
  private constructor(
    private readonly file: string,
    private readonly content: string,
  ) {}

  /** Makes the folder where it is missing. */
  static async acquire(dataDir: string): Promise<DataFolderLock> {
    const startedAt = (await processStart(process.pid)) ?? '';
    const content = `${JSON.stringify({ pid: process.pid, startedAt, token: randomUUID() })}\n`;
    const file = path.join(path.resolve(dataDir), 'lock');
    const holder = await take(dataDir, file, content);
    if (holder) throw new DataFolderInUseError(dataDir, holder.pid);
    return new DataFolderLock(file, content);
  }

  async release(): Promise<void> {
    await dropLockFile(this.file, this.content);
  }
}

async function take(dataDir: string, file: string, content: string) {
  try {
    await fs.mkdir(dataDir, { recursive: true, mode: 0o755 });
    return await takeLockFile(file, content);
  } catch (error) {
    throw new DataFolderNotWritableError(dataDir, error as NodeJS.ErrnoException);
  }
}
