import type { DiskTierOptions } from './disk-tier.options.js';
import { ThreadedSqlFile } from './threaded-sql-file.js';

const mebibyte = 1_048_576;

export const resolveDiskTierOptions = (options: DiskTierOptions): Required<DiskTierOptions> => ({
  maxValueBytes: 256 * mebibyte,
  compressFromBytes: 65_536,
  readTimeoutMs: 250,
  writeTimeoutMs: 2_000,
  queueTimeoutMs: 10_000,
  startTimeoutMs: 2_000,
  closeTimeoutMs: 1_000,
  cleanEveryMs: 60_000,
  overwritesDeleted: true,
  maxQueueEntries: 10_000,
  maxQueueBytes: 32 * mebibyte,
  openSqlFile: (location) => ThreadedSqlFile.open(location),
  random: Math.random,
  ...options,
});
