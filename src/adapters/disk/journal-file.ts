import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { JournalFullError } from './journal-full.error.js';
import { replaceFile } from './replace-file.js';
import { syncFolder } from './sync-folder.js';

// A link would have us write into a file that somebody else chose.
const appending = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

/** Lines that outlive the process: each is on the disk when `append` settles. One process writes, one piece at a time. */
export class JournalFile {
  private last: Promise<unknown> = Promise.resolve();
  private size: number | null = null;

  constructor(
    private readonly file: string,
    private readonly maxBytes: number,
  ) {}

  /** Bytes that it holds; `null` before anybody has looked. */
  get sizeBytes(): number | null {
    return this.size;
  }

  /**
   * A line begins with a line end of its own: what a process left half written does not become part of it.
   * @throws JournalFullError, or the file system's error; then the line was not promised to anybody
   */
  append(line: string): Promise<void> {
    return this.inTurn(() => this.write(`\n${line}\n`));
  }

  /** Every line, the oldest first; none where there is no file. */
  lines(): Promise<string[]> {
    return this.inTurn(() => this.read());
  }

  /** Takes out every line that is not to be kept; a process that dies meanwhile leaves the old file or the new one. */
  retain(isKept: (line: string) => boolean): Promise<void> {
    return this.inTurn(async () => {
      const text = (await this.read()).filter(isKept).map((line) => `\n${line}\n`);
      await replaceFile(this.file, text.join(''));
      this.size = Buffer.byteLength(text.join(''));
    });
  }

  private async write(text: string): Promise<void> {
    const opened = await fs.open(this.file, appending, 0o600);
    try {
      const { size } = await opened.stat();
      this.size = size;
      if (size + Buffer.byteLength(text) > this.maxBytes)
        throw new JournalFullError(this.file, this.maxBytes);
      await opened.writeFile(text);
      await opened.datasync();
      this.size = size + Buffer.byteLength(text);
      if (size === 0) await syncFolder(path.dirname(this.file));
    } finally {
      await opened.close();
    }
  }

  private async read(): Promise<string[]> {
    try {
      const text = await fs.readFile(this.file, {
        encoding: 'utf8',
        flag: constants.O_RDONLY | constants.O_NOFOLLOW,
      });
      this.size = Buffer.byteLength(text);
      return text.split('\n').filter((line) => line !== '');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.size = 0;
      return [];
    }
  }

  private inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }
}
