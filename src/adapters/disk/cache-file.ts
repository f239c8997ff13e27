import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../core/clock.js';
import { TierUnavailableError } from '../../core/errors/tier-unavailable.error.js';
import type { Report } from '../../core/events.js';
import { prepareReader, prepareWriter } from './cache-schema.js';
import { makePrivateFile } from './make-private-file.js';
import { salvagePinned } from './salvage-pinned.js';
import { dropSetAside, setAside } from './set-aside.js';
import type { OpenSqlFile, SqlFile } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';
import { within } from './within.js';

export interface CacheFileOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly open: OpenSqlFile;
  readonly overwritesDeleted: boolean;
}

interface Pair {
  readonly writing: SqlFile;
  readonly reading: SqlFile;
}

/** After this a connection whose thread hangs is left alone. */
const closeWithinMs = 500;

/**
 * The SQLite file with one connection that writes and one that reads. Only the background writer opens, replaces and
 * closes them; readers take what is there.
 */
export class CacheFile {
  private readonly path: string;
  private writing: SqlFile | null = null;
  private reading: SqlFile | null = null;
  private opening: Promise<void> | null = null;
  private isUnwritable = false;
  private inode: bigint | null = null;

  constructor(private readonly options: CacheFileOptions) {
    this.path = path.join(path.resolve(options.folder), 'cache.sqlite');
  }

  get isOpen(): boolean {
    return this.writing !== null;
  }

  /** Whether readers are still given this connection. */
  isCurrent(connection: SqlFile): boolean {
    return connection === this.reading;
  }

  /** The connection that writes; opens the file where it is not open. Rejects with what is in the way. */
  async writer(): Promise<SqlFile> {
    if (this.writing !== null) return this.writing;
    this.opening = this.open();
    try {
      await this.opening;
    } finally {
      this.opening = null;
    }
    return this.writing!;
  }

  /** Settles when an opening that runs has ended, well or not. */
  async settled(): Promise<void> {
    await this.opening?.catch(() => undefined);
  }

  /** The connection that reads, once an opening that runs has ended. */
  async reader(): Promise<SqlFile> {
    if (this.reading === null) await this.settled();
    if (this.reading === null) throw new TierUnavailableError('disk', 'the cache file is not open');
    return this.reading;
  }

  /** Begins a new file, with what can still be read of the last known good; the old one is kept beside it. */
  async replace(why: string): Promise<void> {
    this.opening = this.beginAnew(why);
    try {
      await this.opening;
    } finally {
      this.opening = null;
    }
  }

  /** After a failed write: the next one goes over a new connection. Readers keep theirs, if the file is still there. */
  async dropWriter(): Promise<void> {
    const isThere = await this.isInPlace();
    const { writing } = this;
    this.writing = null;
    await this.closeAll([writing]);
    if (!isThere) await this.closeBoth();
  }

  /** Whether what is open still is what has the name; somebody may have cleaned up. */
  async isInPlace(): Promise<boolean> {
    return (await inodeOf(this.path)) === this.inode;
  }

  dropSetAside(): Promise<void> {
    return dropSetAside(this.path);
  }

  async close(): Promise<void> {
    await this.settled();
    await this.closeBoth();
  }

  private async open(): Promise<void> {
    try {
      await makePrivateFile(this.path);
      // A connection that can only read makes those beside it, in the same process, read-only as well.
      if (this.isUnwritable) await this.closeBoth();
      const pair = await this.openPair();
      if (pair !== null) await this.adopt(pair);
      else await this.beginAnew('it has another schema');
    } catch (error) {
      if (!SqlFileError.isCorruption(error)) {
        if (this.reading === null) await this.openUnwritable();
        throw error;
      }
      await this.beginAnew((error as Error).message);
    }
  }

  /** `null` if the file is of another schema. Nothing touches it before the writer has readied it. */
  private async openPair(): Promise<Pair | null> {
    const openings = [this.options.open(this.path), this.options.open(this.path)] as const;
    try {
      const [writing, reading] = await Promise.all(openings);
      if ((await prepareWriter(writing, this.options.overwritesDeleted)) && (await prepareReader(reading)))
        return { writing, reading };
    } catch (error) {
      await this.closeAll(openings);
      throw error;
    }
    await this.closeAll(openings);
    return null;
  }

  private async adopt({ writing, reading }: Pair): Promise<void> {
    await this.closeBoth();
    this.writing = writing;
    this.reading = reading;
    this.inode = await inodeOf(this.path);
  }

  /** What can't be written to may still be read: as it is, or, without room for a log, as of its last orderly end. */
  private async openUnwritable(): Promise<void> {
    for (const mode of ['mode=ro', 'mode=ro&immutable=1']) {
      const file = await this.options.open(`${pathToFileURL(this.path).href}?${mode}`).catch(() => null);
      if (file === null) continue;
      if (await prepareReader(file).catch(() => false)) {
        this.reading = file;
        this.isUnwritable = true;
        this.inode = await inodeOf(this.path);
        return;
      }
      await this.closeAll([file]);
    }
  }

  private async beginAnew(why: string): Promise<void> {
    const { clock, report, open } = this.options;
    await this.closeBoth();
    const aside = await setAside(this.path, clock.wall());
    await makePrivateFile(this.path);
    const pair = await this.openPair();
    if (pair === null) throw new SqlFileError('a new file has another schema', 'SQLITE_CORRUPT');
    const saved = await salvagePinned(aside, pair.writing, open);
    await this.adopt(pair);
    const fate = `it is kept as ${path.basename(aside)}; ${saved} pinned entries were carried over into a new one`;
    report({ type: 'tier-warning', tier: 'disk', message: `cache.sqlite was set aside, ${why}: ${fate}` });
  }

  private async closeBoth(): Promise<void> {
    const { writing, reading } = this;
    this.writing = null;
    this.reading = null;
    this.isUnwritable = false;
    await this.closeAll([reading, writing]);
  }

  /** One after the other: the last one to go leaves a single file, without a log. */
  private async closeAll(files: readonly (SqlFile | null | Promise<SqlFile>)[]): Promise<void> {
    const closing = async () => {
      for (const file of files) await Promise.resolve(file).then((opened) => opened?.close(), ignore);
    };
    await within(this.options.clock, closeWithinMs, closing());
  }
}

const ignore = () => undefined;

const inodeOf = (file: string): Promise<bigint | null> =>
  stat(file, { bigint: true }).then(
    ({ ino }) => ino,
    () => null,
  );
