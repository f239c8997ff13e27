import {
  mergeStats,
  SignalStatsModule,
  SignalStatsRepository,
  type FleetType,
} from '../features/signals/operating/index.js';
import { print } from './print.js';
import { renderTable } from './render-table.js';
import { withContext } from './with-context.js';

const noneTold =
  'no server has told of its signals: none runs on this database, or none of them has been up for long';

const percent = (share: number | null): string | null =>
  share === null ? null : `${(share * 100).toFixed(1)}%`;
const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))}s`;

/** Sizes as people read them: binary units, one decimal place. */
function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1_024 ** power).toFixed(1))} ${units[power]}`;
}

function heldIn(held: FleetType['held'][keyof FleetType['held']]): string | null {
  if (held === null || held.entries === null) return null;
  return held.bytes === null ? `${held.entries}` : `${held.entries} (${size(held.bytes)})`;
}

const toRow = (stats: FleetType): Record<string, string | null> => ({
  type: stats.type,
  memory: heldIn(stats.held.memory),
  redis: heldIn(stats.held.redis),
  disk: heldIn(stats.held.disk),
  reads: String(Object.values(stats.reads).reduce((sum, count) => sum + count, 0)),
  hits: percent(stats.hitRatio),
  oldest: stats.oldestAgeMs === null ? null : `${seconds(stats.oldestAgeMs)} of ${seconds(stats.limitMs)}`,
  violations: String(stats.reads.expired),
  'not modified': percent(stats.notModifiedRatio),
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
        `disk of ${name}: ${disk.usedBytes === null ? 'not known' : size(disk.usedBytes)} of ${size(disk.maxBytes)}`,
      );
}
