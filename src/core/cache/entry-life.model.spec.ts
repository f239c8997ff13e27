import * as fc from 'fast-check';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import type { Change, PollReply } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import type { Policy } from '../policy/policy.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy: Policy = {
  maxAgeMs: 20,
  staleWhileRevalidateMs: 10,
  staleIfErrorMs: 40,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 15,
  jitter: 0,
  invalidatedMaxStaleMs: 30,
};
const scopesOf: Record<string, string[]> = { one: ['a'], two: ['a', 'b'], none: [] };
const keys = Object.keys(scopesOf);
const asOf = (version: number): AsOf => ({ epoch: 'e1', version, changeId: `c${version}` });

/** The same version is the same content: every fourth one does not exist. */
const isAbsentAt = (version: number) => version % 4 === 3;

interface Load {
  readonly version: number;
  readonly start: number;
}

interface Held extends Load {
  /** Once it was met superseded: since when, and until when it was known to be current. */
  met: { since: number; currentUntil: number } | null;
}

/** What DESIGN says of the life of an entry, worked out from the whole past at every question. */
class Oracle {
  readonly held = new Map<string, Held>();
  readonly commits: { versions: Map<string, number>; at: number; confirmedBefore: number }[] = [];
  confirmedThrough: number;

  constructor(now: number) {
    this.confirmedThrough = now;
  }

  commit(pending: readonly Change[], now: number): void {
    const versions = new Map(pending.map((change) => [change.scope, change.version]));
    if (versions.size > 0) this.commits.push({ versions, at: now, confirmedBefore: this.confirmedThrough });
    this.confirmedThrough = now;
  }

  store(key: string, load: Load): void {
    const held = this.held.get(key);
    const isNewer = held === undefined || load.version > held.version;
    if (isNewer || (load.version === held.version && load.start >= (held.met?.currentUntil ?? held.start))) {
      this.held.set(key, { ...load, met: null });
    }
  }

  /** Commits that hold a newer change of this scope. */
  private newer(scope: string, version: number) {
    return this.commits.filter(({ versions }) => (versions.get(scope) ?? 0) > version);
  }

  answer(key: string, now: number) {
    const held = this.held.get(key);
    if (held === undefined) return null;
    const perScope = scopesOf[key]!.map((scope) => this.newer(scope, held.version));
    const first = perScope.flatMap((commits) => commits.slice(0, 1)).toSorted((a, b) => a.at - b.at)[0];
    if (first !== undefined && held.met === null) {
      const wasSeenTwice = perScope.some((commits) => commits.length > 1);
      held.met = wasSeenTwice
        ? { since: held.start, currentUntil: held.start }
        : { since: first.at, currentUntil: Math.max(held.start, first.confirmedBefore) };
    }
    const currentUntil = held.met?.currentUntil ?? Math.max(held.start, this.confirmedThrough);
    const age = now - currentUntil;
    const isAbsent = isAbsentAt(held.version);
    const maxAge = isAbsent ? 15 : 20;
    const isStale = held.met !== null || age >= maxAge;
    if (isAbsent && isStale) return null;
    const supersededFor = held.met === null ? 0 : now - held.met.since;
    const staleFor = Math.max(age - maxAge, supersededFor);
    const isGone = staleFor >= 40 || (held.met !== null && supersededFor >= 30);
    const staleBand = isGone ? 'expired' : staleFor < 10 ? 'revalidate' : 'if-error';
    const staleReason = held.met === null ? 'revalidating' : 'invalidated';
    const exactAge = now - (first ? Math.max(held.start, first.confirmedBefore) : currentUntil);
    return {
      shown: {
        data: isAbsent ? undefined : `${key}@${held.version}`,
        absent: isAbsent,
        isStale,
        age,
        band: isStale ? staleBand : 'fresh',
        reason: isStale ? staleReason : 'fresh',
      },
      exactAge,
    };
  }
}

type Command =
  | { do: 'advance'; ms: number }
  | { do: 'change'; scopes: string[] }
  | { do: 'commit' }
  | { do: 'begin' | 'finish' | 'set' | 'get' | 'delete'; key: string }
  | { do: 'clear' };

const key = fc.constantFrom(...keys);
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 1, max: 25 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('change'), scopes: fc.subarray(['a', 'b'], { minLength: 1 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit') }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom('begin', 'finish', 'set', 'get'), key }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constant('delete'), key }),
      fc.record({ do: fc.constant('clear') }),
    ),
  },
) as fc.Arbitrary<Command>;

/** The real cache and stream, and the oracle beside them. */
class Run {
  readonly real: unknown[] = [];
  readonly expected: unknown[] = [];
  private readonly clock = new VirtualClock();
  private readonly stream = new Stream('config');
  private readonly cache = new StaleWhileRevalidateCache<string>({
    clock: this.clock,
    policy,
    stream: this.stream,
  });
  private readonly oracle = new Oracle(this.clock.now());
  private readonly loads = new Map<string, Load>();
  private pending: Change[] = [];
  private version = 0;

  constructor() {
    this.stream.commit(
      confirm(adoptHistory(this.stream.state, this.reply(), this.clock.now()), this.clock.now()),
    );
  }

  async step(given: Command): Promise<void> {
    switch (given.do) {
      case 'advance':
        return this.clock.advance(given.ms);
      case 'change':
        this.version++;
        this.pending.push(
          ...given.scopes.map((scope): Change => ({ ...asOf(this.version), kind: 'changed', scope })),
        );
        return;
      case 'commit':
        this.stream.commit(
          confirm(applyChanges(this.stream.state, this.reply(), this.clock.now()), this.clock.now()),
        );
        this.oracle.commit(this.pending, this.clock.now());
        this.pending = [];
        return;
      case 'begin':
        this.loads.set(given.key, { version: this.version, start: this.clock.now() });
        return;
      case 'finish':
        return this.store(given.key, this.loads.get(given.key));
      case 'set':
        return this.store(given.key, { version: this.version, start: this.clock.now() });
      case 'get':
        return this.look(given.key);
      case 'delete':
        this.note(this.cache.delete(given.key), this.oracle.held.delete(given.key));
        return;
      case 'clear':
        this.cache.clear();
        this.oracle.held.clear();
    }
  }

  lookAtAll(): void {
    for (const each of keys) this.look(each);
  }

  private reply(): PollReply {
    const { pending: changes } = this;
    return {
      ...asOf(this.version),
      trimmedTo: 0,
      changeIdAtApplied: null,
      changes,
      more: false,
      inRecovery: false,
    };
  }

  private store(into: string, load: Load | undefined): void {
    if (load === undefined) return;
    const facts = { asOf: asOf(load.version), scopes: scopesOf[into]!, confirmedAt: load.start };
    if (isAbsentAt(load.version)) this.cache.setAbsent(into, facts);
    else this.cache.set(into, `${into}@${load.version}`, facts);
    this.oracle.store(into, load);
  }

  private look(of: string): void {
    const expected = this.oracle.answer(of, this.clock.now());
    const real = this.cache.get(of);
    const { data, absent, isStale, age, band, reason } = real ?? {};
    this.note(real && { data, absent, isStale, age, band, reason }, expected && expected.shown);
    this.note((age ?? 0) < (expected?.exactAge ?? 0) ? 'too young' : 'of age', 'of age');
    this.note(this.cache.has(of), this.oracle.held.has(of));
  }

  private note(real: unknown, expected: unknown): void {
    this.real.push(real);
    this.expected.push(expected);
  }
}

describe('the life of an entry', () => {
  it('is what the oracle says, whatever happens in whatever order (CO-7, CO-8, CO-11)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
        const run = new Run();
        for (const each of commands) await run.step(each);
        run.lookAtAll();
        expect(run.real).toEqual(run.expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
