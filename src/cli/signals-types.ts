import { readRuntime, type SignalType } from '../features/signals/operating/index.js';
import { readSettings } from '../platform/config/read-settings.js';
import { print } from './print.js';
import { renderTable } from './render-table.js';

const toRow = ({ name, ttlMs, key, source, sizeClass, tiers, refreshAheadShare }: SignalType) => ({
  type: name,
  limit: `${ttlMs / 1_000}s`,
  key: key.text,
  source: source.kind === 'feed' ? `${source.feeds.size} feeds` : source.kind,
  size: sizeClass,
  tiers: ['memory', ...tiers].join(', '),
  'loaded ahead': refreshAheadShare === null ? null : `at ${Math.round(refreshAheadShare * 100)}%`,
});

/** What the file says, to whoever has edited it; its faults are an error like any other. */
export function showSignalTypes({ json = false }: { json?: boolean }): void {
  const { types } = readRuntime(readSettings());
  if (json) return print(JSON.stringify([...types.values()].map(toRow), null, 2));
  print(types.size === 0 ? 'there is no type' : renderTable([...types.values()].map(toRow)));
}
