import { RecentReads, type RecentReadsOptions } from './recent-reads.js';

/** `null` for a type that is neither loaded ahead nor shared: nothing is to be done behind its reads. */
export function recentReadsOf(options: RecentReadsOptions): RecentReads | null {
  const { refreshAheadShare, tiers } = options.type;
  return refreshAheadShare === null && !tiers.includes('redis') ? null : new RecentReads(options);
}
