import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DiskTier } from '../../src/adapters/disk/disk-tier.js';
import type { DiskTierOptions } from '../../src/adapters/disk/disk-tier.options.js';
import { SystemClock } from '../../src/adapters/system/system-clock.js';
import type { LastgoodEvent, SetOutcome, StoredEntry } from '../../src/core/index.js';
import { openFaulty, type DiskFault } from './faulty-sql-file.js';
import { tempFolder } from './temp-folder.js';
import { storedEntry } from './tier-fixtures.js';

/** On a machine that may be busy: whoever measures says so, and the deadlines are the adapter's specs' concern. */
const patient = {
  readTimeoutMs: 5_000,
  writeTimeoutMs: 10_000,
  queueTimeoutMs: 30_000,
  startTimeoutMs: 20_000,
  closeTimeoutMs: 10_000,
};
const kept = { ttlMs: 3_600_000, maxBytes: null, pinned: false };

/** A disk tier over a folder of its own, whose disk can be made to fail. */
export class DiskFaultRig {
  readonly events: LastgoodEvent[] = [];
  readonly fault: DiskFault = {};
  tier!: DiskTier;

  private constructor(
    readonly folder: string,
    private readonly deadlines: Partial<DiskTierOptions>,
  ) {}

  static async start(
    folder = tempFolder('disk'),
    deadlines: Partial<DiskTierOptions> = {},
  ): Promise<DiskFaultRig> {
    const rig = new DiskFaultRig(folder, deadlines);
    await rig.open();
    return rig;
  }

  get file(): string {
    return join(this.folder, 'cache.sqlite');
  }

  /** Files that were set aside because they were damaged, or none of ours. */
  get quarantined(): string[] {
    return readdirSync(this.folder).filter((name) => /\.corrupt-\d+$/.test(name));
  }

  /** Another one on the same file; answers how long `start` took (ms). */
  async open(): Promise<number> {
    this.tier = new DiskTier({
      folder: this.folder,
      clock: new SystemClock(),
      report: (event) => void this.events.push(event),
      maxBytes: 64 * 1_048_576,
      openSqlFile: openFaulty(this.fault),
      ...patient,
      ...this.deadlines,
    });
    const start = performance.now();
    await this.tier.start();
    return performance.now() - start;
  }

  /** Rejects where it is not written. */
  set(key: string, version = 5, more: { pinned?: boolean; text?: string } = {}): Promise<SetOutcome> {
    const { pinned = false, text = `${key}@${version}` } = more;
    const asOf = { epoch: 'e', version, changeId: `c${version}` };
    const entry = storedEntry({ asOf, value: { text } });
    return this.tier.set('items', key, entry, { ...kept, pinned, ...(pinned && { ttlMs: null }) });
  }

  get(key: string): Promise<StoredEntry | null> {
    return this.tier.get('items', key);
  }

  eventsOf<T extends LastgoodEvent['type']>(type: T): Extract<LastgoodEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LastgoodEvent, { type: T }> => event.type === type);
  }

  close(): Promise<void> {
    return this.tier.close();
  }
}
