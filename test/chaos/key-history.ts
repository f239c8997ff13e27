import { cacheScopes } from '../../src/core/cache/cache-scopes.js';
import type { ChaosLog, Told, Write } from './chaos-log.js';
import { groupBy } from './group-by.js';

const namespace = 'items';

/** What happened to one key, by version. */
export interface KeyHistory {
  readonly told: readonly Told[];
  /** Versions that touched it in any way. */
  readonly changed: readonly number[];
  readonly purged: readonly { readonly version: number; readonly at: number }[];
  /** Acknowledged writes; to delete what is not there is none. */
  readonly acked: readonly Write[];
}

const byVersion = (a: { version: number }, b: { version: number }): number => a.version - b.version;

/** The histories of all keys that the log names; made when they are first asked for. */
export function keyHistories({ history, changes, writes }: ChaosLog): (key: string) => KeyHistory {
  const made = new Map<string, KeyHistory>();
  const told = groupBy(history, ({ key }) => key);
  const acked = groupBy(
    writes.filter(({ outcome }) => outcome === 'acked'),
    ({ key }) => key,
  );
  const byScope = groupBy(changes, ({ scope }) => scope);
  return (key) => {
    let found = made.get(key);
    if (found === undefined) {
      const scopes = [`item:${key}`, ...cacheScopes(namespace, key)];
      const touching = scopes.flatMap((scope) => byScope.get(scope) ?? []).toSorted(byVersion);
      const ofKey = (told.get(key) ?? []).toSorted(byVersion);
      const isTold = (version: number) => ofKey.some((each) => each.version === version);
      found = {
        told: ofKey,
        changed: touching.map(({ version }) => version),
        purged: touching.filter(({ kind }) => kind === 'purged'),
        acked: (acked.get(key) ?? []).filter(({ text, version }) => text !== null || isTold(version!)),
      };
      made.set(key, found);
    }
    return found;
  };
}

/** What the key held at a version; `null` for nothing. */
export function contentAt({ told }: KeyHistory, version: number): string | null {
  return told.findLast((each) => each.version <= version)?.text ?? null;
}
