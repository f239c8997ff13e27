import type { AsOf } from '../core/coherence/as-of.js';
import type { Change, ChangeFeed, PollReply } from '../core/coherence/change-feed.js';

/** All that one statement sees of a {@link FakeDatabase}. */
export interface DatabaseMoment {
  /** Its place in all that ever happened. */
  readonly index: number;
  /** When it began. */
  readonly at: number;
  /** The moment that it continues: of a database that was put back, an old one. */
  readonly before: DatabaseMoment | null;
  readonly asOf: AsOf;
  readonly trimmedTo: number;
  readonly log: readonly Change[];
  /** What each scope holds; a scope without a row does not exist. */
  readonly rows: ReadonlyMap<string, string>;
}

/** New content by scope; `null` deletes the row. */
export type RowChanges = Readonly<Record<string, string | null>>;

/**
 * A stream's counter, log and rows that remembers all of its past: it can be asked as of any earlier moment, and put
 * back to one. What happens gets a name that never happened before, so that two histories with equal numbers differ.
 */
export class FakeDatabase implements ChangeFeed {
  /** Rows after which a reply ends, at the next whole version. */
  batch = 1_000;
  private readonly past: DatabaseMoment[] = [];
  private readonly wakes = new Set<() => void>();
  private names = 0;

  constructor(private readonly now: () => number) {
    const asOf = { epoch: this.name('e'), version: 0, changeId: 'c0' };
    this.past.push({
      index: 0,
      at: now(),
      before: null,
      asOf,
      trimmedTo: 0,
      log: [],
      rows: new Map<string, string>(),
    });
  }

  get current(): DatabaseMoment {
    return this.past.at(-1)!;
  }

  get moments(): readonly DatabaseMoment[] {
    return this.past;
  }

  /** Commits a change of these rows. */
  change(changes: RowChanges): AsOf {
    const rows = changed(this.current.rows, changes);
    const asOf = this.mark(Object.keys(changes), 'changed');
    this.past[this.past.length - 1] = { ...this.current, rows };
    return asOf;
  }

  /** Logs what touches no row: an invalidation or a purge of what is kept of these scopes. */
  mark(scopes: readonly string[], kind: Change['kind']): AsOf {
    const { asOf: was, log } = this.current;
    const asOf = { epoch: was.epoch, version: was.version + 1, changeId: this.name('c') };
    const { version, changeId } = asOf;
    this.go({ asOf, log: [...log, ...scopes.map((scope): Change => ({ version, changeId, kind, scope }))] });
    return asOf;
  }

  /** Changes rows past the triggers: neither counter nor log tells of it. */
  changeUncounted(changes: RowChanges): void {
    this.go({ rows: changed(this.current.rows, changes) });
  }

  /** A restore, or a fail-over that lost what came after: everything is as it was at `moment`, the epoch too. */
  putBack(moment: DatabaseMoment): void {
    this.go({ ...moment, before: moment });
  }

  /** Log rows up to this version go; the newest is kept, as by the job that trims. */
  trim(version: number): void {
    const { asOf, log, trimmedTo } = this.current;
    const upTo = Math.max(trimmedTo, Math.min(version, asOf.version - 1));
    this.go({ trimmedTo: upTo, log: log.filter((change) => change.version > upTo) });
  }

  notify(): void {
    for (const wake of this.wakes) wake();
  }

  async poll(after: number | null, moment = this.current): Promise<PollReply> {
    const { asOf, trimmedTo, log } = moment;
    const beyond = log.filter((change) => change.version > (after ?? trimmedTo));
    const end = beyond[this.batch - 1]?.version ?? Number.POSITIVE_INFINITY;
    const changes = beyond.filter((change) => change.version <= end);
    const changeIdAtApplied = log.find((change) => change.version === after)?.changeId ?? null;
    const more = beyond.length > changes.length;
    return { ...asOf, trimmedTo, changeIdAtApplied, changes, more, inRecovery: false };
  }

  subscribe(wake: () => void): () => Promise<void> {
    this.wakes.add(wake);
    return async () => void this.wakes.delete(wake);
  }

  async raiseEpoch(expected: string): Promise<void> {
    const { asOf } = this.current;
    if (asOf.epoch === expected) this.go({ asOf: { ...asOf, epoch: this.name('e') } });
  }

  private name(kind: string): string {
    return `${kind}${++this.names}`;
  }

  private go(next: Partial<DatabaseMoment>): void {
    const before = this.current;
    this.past.push({ ...before, before, ...next, index: this.past.length, at: this.now() });
  }
}

function changed(rows: ReadonlyMap<string, string>, changes: RowChanges): Map<string, string> {
  const next = new Map<string, string>(rows);
  for (const [scope, content] of Object.entries(changes)) {
    if (content === null) next.delete(scope);
    else next.set(scope, content);
  }
  return next;
}
