import {
  mergeStats,
  SignalStatsModule,
  SignalStatsRepository,
  type FleetType,
} from '../features/signals/operating/index.js';
import { describeBytes, describeMs, describeShare } from './describe-quantities.js';
import { print } from './print.js';
import { renderTable } from './render-table.js';
import { withContext } from './with-context.js';

const noneTold =
  'no server has told of its signals: none runs on this database, or none of them has been up for long';

const shareOf = (share: number | null): string | null => (share === null ? null : describeShare(share));

function heldIn(held: FleetType['held'][keyof FleetType['held']]): string | null {
  if (held === null || held.entries === null) return null;
  return held.bytes === null ? `${held.entries}` : `${held.entries} (${describeBytes(held.bytes)})`;
}

const toRow = (stats: FleetType): Record<string, string | null> => ({
  type: stats.type,
  memory: heldIn(stats.held.memory),
  redis: heldIn(stats.held.redis),
  disk: heldIn(stats.held.disk),
  reads: String(Object.values(stats.reads).reduce((sum, count) => sum + count, 0)),
  hits: shareOf(stats.hitRatio),
  oldest:
    stats.oldestAgeMs === null ? null : `${describeMs(stats.oldestAgeMs)} of ${describeMs(stats.limitMs)}`,
  violations: String(stats.reads.expired),
  'not modified': shareOf(stats.notModifiedRatio),
});

/** What the servers that live told last. */
export async function showSignalStats({ json = false }: { json?: boolean }): Promise<void> {
  const stats = await withContext(
    async (context) => mergeStats(await context.get(SignalStatsRepository).list(), true),
    [SignalStatsModule],
  );
  if (json) return print(JSON.stringify(stats, null, 2));
  if (stats.processes.length === 0) return print(noneTold);
  print(renderTable(stats.types.map(toRow)));
  for (const { name, disk } of stats.processes)
    if (disk !== null)
      print(
        `disk of ${name}: ${disk.usedBytes === null ? 'not known' : describeBytes(disk.usedBytes)} of ${describeBytes(disk.maxBytes)}`,
      );
}
