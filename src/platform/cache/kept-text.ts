import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../adapters/disk/replace-file.js';
import { setAside } from '../../adapters/disk/set-aside.js';
import { FreezeNotKeptError } from './freeze-not-kept.error.js';

/** A small file in `DATA_DIR`, for its owner alone. */
export class KeptText {
  readonly file: string;

  constructor(dataDir: string, name: string) {
    this.file = join(dataDir, name);
  }

  /** `null`: there is none. */
  async read(): Promise<string | null> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /**
   * The old text or the new one, never a part.
   * @throws FreezeNotKeptError
   */
  async write(text: string): Promise<void> {
    try {
      await replaceFile(this.file, text);
    } catch (error) {
      throw new FreezeNotKeptError(this.file, error);
    }
  }

  drop(): Promise<void> {
    return rm(this.file, { force: true });
  }

  /** Out of the way, for people to look at; answers where it is, `null` where it is still in the way. */
  setAside(now: number): Promise<string | null> {
    return setAside(this.file, now).catch(() => null);
  }
}
