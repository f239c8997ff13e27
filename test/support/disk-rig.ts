import { join } from 'node:path';
import { DiskTier } from '../../src/adapters/disk/disk-tier.js';
import type { DiskTierOptions } from '../../src/adapters/disk/disk-tier.options.js';
import { SqlFileError } from '../../src/adapters/disk/sql-file.error.js';
import type { SqlFile, SqlRow, SqlStatement } from '../../src/adapters/disk/sql-file.js';
import { ThreadedSqlFile } from '../../src/adapters/disk/threaded-sql-file.js';
import type { LastgoodEvent, SetOptions, StoredEntry } from '../../src/core/index.js';
import { Chaos, VirtualClock } from '../../src/testing/index.js';
import { pollUntil } from './poll-until.js';
import { tempFolder } from './temp-folder.js';

/** Everything befalls real connections to a real file. */
export class DiskRig {
  readonly clock = new VirtualClock();
  readonly events: LastgoodEvent[] = [];
  /** What befalls statements: those over the writer's connection, those over the reader's. */
  readonly writes = new Chaos(this.clock);
  readonly reads = new Chaos(this.clock);
  readonly tiers: DiskTier[] = [];
  /** Asked of every writing connection as it is opened. */
  onOpen: SqlStatement[] = [];

  constructor(
    readonly folder = join(tempFolder('disk'), 'data'),
    private readonly connect = (location: string): Promise<SqlFile> => ThreadedSqlFile.open(location),
  ) {}

  get path(): string {
    return join(this.folder, 'cache.sqlite');
  }

  /** Started. */
  async tier(options: Partial<DiskTierOptions> = {}): Promise<DiskTier> {
    const { folder, clock } = this;
    const report = (event: LastgoodEvent) => void this.events.push(event);
    const openSqlFile = (location: string) => this.open(location);
    const tier = new DiskTier({
      folder,
      clock,
      report,
      maxBytes: 1e9,
      openSqlFile,
      random: () => 0,
      ...options,
    });
    this.tiers.push(tier);
    await tier.start();
    return tier;
  }

  /** Settles when nothing is under way: from here on only the clock moves things. */
  quiet(): Promise<void> {
    return pollUntil(() => this.clock.pending === this.tiers.length, 'nothing is under way');
  }

  reported<T extends LastgoodEvent['type']>(type: T): Extract<LastgoodEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LastgoodEvent, { type: T }> => event.type === type);
  }

  async close(): Promise<void> {
    this.writes.alwaysPass();
    this.reads.alwaysPass();
    let areClosed = false;
    const closing = Promise.all(this.tiers.splice(0).map((tier) => tier.close())).then(
      () => (areClosed = true),
    );
    const patience = performance.now() + 1_500;
    await pollUntil(async () => {
      // What hangs is given up in the clock's time, and nothing else should be.
      if (!areClosed && performance.now() > patience) await this.clock.advance(100);
      return areClosed;
    }, 'the tiers are closed');
    await closing;
  }

  private async open(location: string): Promise<SqlFile> {
    return new ChaosSqlFile(await this.connect(location), this);
  }
}

/** A connection with mishaps. It is a writer from the first pragma on that only writers set. */
class ChaosSqlFile implements SqlFile {
  private isWriter = false;

  constructor(
    private readonly inner: SqlFile,
    private readonly rig: DiskRig,
  ) {}

  async run(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    if (statements.some(({ sql }) => sql.includes('secure_delete'))) {
      this.isWriter = true;
      if (this.rig.onOpen.length > 0) await this.inner.run(this.rig.onOpen);
    }
    const chaos = this.isWriter ? this.rig.writes : this.rig.reads;
    return chaos.befall(() => this.inner.run(statements));
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

export const ioError = new SqlFileError('disk I/O error', 'SQLITE_IOERR_FSYNC');

export const forGood: SetOptions = { ttlMs: null, maxBytes: null, pinned: false };
export const pinned: SetOptions = { ...forGood, pinned: true };

/** An entry of epoch `e`. */
export const storedEntry = (value: unknown, version = 1, facts: Partial<StoredEntry> = {}): StoredEntry => ({
  value,
  absent: false,
  message: null,
  asOf: { epoch: 'e', version, changeId: `c${version}` },
  scopes: ['*'],
  confirmedAt: 1_000 + version,
  storedAt: 2_000,
  maxAgeMs: null,
  schema: 1,
  left: [],
  ...facts,
});
