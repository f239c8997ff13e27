import { askDatabase } from '../../platform/database/ask-database.js';
import { ok, warn, type Found } from './finding.js';

/** What everything else tolerates, too. */
const toleratedMs = 5_000;

/** The database's clock beside this machine's. */
export function checkClock(url: string, signal: AbortSignal): Promise<Found> {
  return askDatabase(url, signal, async (ask) => {
    const sentAt = Date.now();
    const [row] = await ask<{ at: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at',
    );
    const aheadMs = Math.round(row!.at - (sentAt + Date.now()) / 2);
    const told = `the database's clock is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
    return Math.abs(aheadMs) <= toleratedMs
      ? ok(told)
      : warn(told, 'have both set by NTP: ages and expiries are off by as much');
  });
}
