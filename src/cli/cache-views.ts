import { describeBytes, describeMs, describeShare } from './describe-quantities.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { callServer, type ServerOptions } from './server-client.js';

interface Output extends ServerOptions {
  readonly json?: boolean;
}

interface Stats {
  readonly namespaces: Readonly<
    Record<
      string,
      {
        readonly frozen: { readonly reason: string; readonly by: string; readonly since: string } | null;
        readonly staleHits: number;
        readonly tiers: Readonly<Record<string, TierStats>>;
      }
    >
  >;
}

interface TierStats {
  readonly hits: number;
  readonly misses: number;
  readonly hitRate: number | null;
  readonly entries: number | null;
  readonly bytes: number | null;
}

interface EntryView {
  readonly key: string;
  readonly ageMs: number | null;
  readonly reason: string | null;
  readonly isStale: boolean;
  readonly absent: boolean;
  readonly version: number | null;
}

interface Explained {
  readonly answer: { readonly reason: string; readonly isStale: boolean; readonly band: string } | null;
  readonly memory: EntryView | null;
  readonly tiers: Readonly<
    Record<
      string,
      {
        readonly holds: boolean | 'unknown';
        readonly entry?: {
          readonly ageMs: number;
          readonly version: string | null;
          readonly absent: boolean;
        };
        readonly error?: string;
      }
    >
  >;
  readonly origin: { readonly retryInMs: number; readonly lastError: string | null };
}

const told = (count: number | null): string | null => (count === null ? null : String(count));

export async function showCacheStats(options: Output): Promise<void> {
  const stats = await callServer<Stats>(options, 'GET', '/admin/cache/stats');
  if (options.json) return print(JSON.stringify(stats, null, 2));
  const rows = Object.entries(stats.namespaces).flatMap(([namespace, { tiers, staleHits }]) =>
    Object.entries(tiers).map(([tier, { hits, misses, hitRate, entries, bytes }]) => ({
      namespace,
      tier,
      entries: told(entries),
      size: bytes === null ? null : describeBytes(bytes),
      hits: String(hits),
      misses: String(misses),
      'hit rate': hitRate === null ? null : describeShare(hitRate),
      stale: tier === 'memory' ? String(staleHits) : null,
    })),
  );
  print(renderTable(rows));
  for (const [namespace, { frozen }] of Object.entries(stats.namespaces))
    if (frozen !== null)
      print(`${namespace} is frozen since ${frozen.since} by ${frozen.by}: ${frozen.reason}`);
}

export async function explainKey(namespace: string, key: string, options: Output): Promise<void> {
  const path = `/admin/cache/explain?${new URLSearchParams({ namespace, key }).toString()}`;
  const explained = await callServer<Explained>(options, 'GET', path);
  if (options.json) return print(JSON.stringify(explained, null, 2));
  const { answer, memory, tiers, origin } = explained;
  print(
    answer === null
      ? 'a reader would have to look beyond memory'
      : `a reader gets it ${answer.isStale ? 'stale' : 'fresh'} now: ${answer.reason} (${answer.band})`,
  );
  const inMemory = {
    tier: 'memory',
    holds: memory === null ? 'no' : memory.absent ? 'an absence' : 'yes',
    age: memory?.ageMs == null ? null : describeMs(memory.ageMs),
    version: told(memory?.version ?? null),
  };
  const beyond = Object.entries(tiers).map(([tier, { holds, entry, error }]) => ({
    tier,
    holds:
      holds === 'unknown'
        ? `unknown: ${error ?? 'no answer'}`
        : entry?.absent
          ? 'an absence'
          : holds
            ? 'yes'
            : 'no',
    age: entry === undefined ? null : describeMs(entry.ageMs),
    version: entry?.version ?? null,
  }));
  print(renderTable([inMemory, ...beyond]));
  if (origin.lastError !== null)
    print(`its origin failed: ${origin.lastError}; it is asked again in ${describeMs(origin.retryInMs)}`);
}

interface EntriesOptions extends Output {
  readonly prefix?: string;
  readonly limit: number;
  readonly after?: string;
}

export async function listCacheEntries(namespace: string, options: EntriesOptions): Promise<void> {
  const { prefix, limit, after } = options;
  const query = new URLSearchParams({
    limit: String(limit),
    ...(prefix !== undefined && { prefix }),
    ...(after !== undefined && { after }),
  });
  const page = await callServer<{ entries: EntryView[]; next: string | null; total: number }>(
    options,
    'GET',
    `/admin/cache/${namespace}/entries?${query.toString()}`,
  );
  if (options.json) return print(JSON.stringify(page, null, 2));
  if (page.total === 0) return print('it holds nothing');
  const rows = page.entries.map(({ key, ageMs, reason, isStale, absent, version }) => ({
    key,
    age: ageMs === null ? null : describeMs(ageMs),
    state: absent ? 'absent' : isStale ? 'stale' : 'fresh',
    reason,
    version: told(version),
  }));
  print(renderTable(rows));
  if (page.next !== null) tell(`${page.total} in all; the next page: --after '${page.next}'`);
}
