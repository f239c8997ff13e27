import * as fc from 'fast-check';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { AsOf } from '../coherence/as-of.js';
import type { PollReply } from '../coherence/change-feed.js';
import { PinnedKey } from '../coherence/pinned.js';
import { Stream } from '../coherence/stream.js';
import { Reader } from '../load/reader.js';
import type { Policy } from '../policy/policy.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';

const policy: Policy = {
  maxAgeMs: 50,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 100,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: 100,
};
const key = 'all';
const everything = ['*'];

type Step =
  | { do: 'change' | 'poll' | 'freeze' | 'thaw' | 'load' | 'push' | 'promote' | 'invalidate' | 'operator' }
  | { do: 'advance'; ms: number }
  | { do: 'down'; is: boolean };

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...([
          'change',
          'poll',
          'freeze',
          'thaw',
          'load',
          'push',
          'promote',
          'invalidate',
          'operator',
        ] as const),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 1, max: 400 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('down'), is: fc.boolean() }) },
) as fc.Arbitrary<Step>;

/** A pinned value, its stream and its origin, of which any may fail; what is in the database is a number. */
class World {
  readonly clock = new VirtualClock();
  readonly stream = new Stream('config');
  readonly origin = new FakeOrigin<number>(1);
  readonly cache = new StaleWhileRevalidateCache<number>({
    clock: this.clock,
    policy,
    stream: this.stream,
    namespace: 'config',
    pinned: true,
  });
  readonly reader = new Reader<number>({
    namespace: 'config',
    clock: this.clock,
    report: () => {},
    cache: this.cache,
    origin: this.origin,
    random: () => 0.5,
  });
  readonly pinned = new PinnedKey(this.reader, key, this.clock, () => 0);
  version = 1;
  isDown = false;
  frozenAt: number | null = null;

  constructor() {
    this.stream.commit(adoptHistory(this.stream.state, this.reply(), this.clock.now()));
    this.answer();
  }

  async poll(): Promise<void> {
    if (this.isDown) return;
    const reply = this.reply();
    const load = this.pinned.follow(reply);
    await this.clock.advance(0);
    await load;
    this.stream.commit(confirm(applyChanges(this.stream.state, reply, this.clock.now()), this.clock.now()));
  }

  async run(given: Step): Promise<void> {
    switch (given.do) {
      case 'advance':
        return this.clock.advance(given.ms);
      case 'change':
        this.version++;
        return this.answer();
      case 'down':
        this.isDown = given.is;
        return this.answer();
      case 'poll':
        return this.poll();
      case 'load':
        await this.reader.refresh(key).catch(() => undefined);
        return;
      case 'push':
        try {
          this.reader.set(key, this.version, this.facts(this.version));
        } catch (error) {
          expect(error).toMatchObject({ code: 'namespace-frozen' });
        }
        return;
      case 'promote':
        this.cache.promote(key, this.version, this.facts(this.version));
        return;
      case 'invalidate':
        this.cache.invalidate(key);
        return;
      case 'operator':
        this.cache.freeze.begin();
        this.cache.impose(key, -1, this.facts(this.version + 5));
        this.frozenAt = -1;
        return;
      case 'freeze':
        if (this.cache.freeze.isOn) return;
        this.cache.freeze.begin();
        this.frozenAt = this.cache.entry(key)?.value ?? null;
        return;
      case 'thaw':
        this.cache.freeze.end();
        this.frozenAt = null;
    }
  }

  /** What a frozen cache held is all that it gives; what is not held it may take once. */
  async check(): Promise<void> {
    if (!this.cache.freeze.isOn) return;
    this.frozenAt ??= this.cache.entry(key)?.value ?? null;
    if (this.frozenAt === null) return;
    const read = await this.reader.get(key);
    expect(read).toMatchObject({ data: this.frozenAt, reason: 'frozen' });
    expect(this.reader.peek(key)?.data).toBe(this.frozenAt);
    expect(this.cache.getFresh(key)).toBeNull();
    if (read.data !== this.version) {
      const knows = this.stream.appliedVersion >= this.version;
      // Of what it was told, and of nothing that it could not know.
      if (knows) expect(read.isStale).toBe(true);
    }
  }

  private facts(version: number) {
    return { asOf: this.at(version), scopes: everything };
  }

  private at(version: number): AsOf {
    return { epoch: 'e1', version, changeId: `c${version}` };
  }

  private reply(): PollReply {
    const changes = Array.from({ length: this.version }, (_, index) => ({
      ...this.at(index + 1),
      kind: 'changed' as const,
      scope: everything[0]!,
    }));
    return {
      ...this.at(this.version),
      trimmedTo: 0,
      changeIdAtApplied: null,
      changes: changes.filter(({ version }) => version > this.stream.appliedVersion),
      more: false,
      inRecovery: false,
    };
  }

  private answer(): void {
    if (this.isDown) this.origin.fail(new Error('down'));
    else this.origin.answer({ value: this.version, asOf: this.at(this.version), scopes: everything });
  }
}

describe('a frozen cache', () => {
  it('never gives anything but what it held, whatever happens, and once thawed comes to the truth (OP-13)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        for (const each of steps) {
          await world.run(each);
          await world.check();
        }
        await world.run({ do: 'down', is: false });
        await world.run({ do: 'thaw' });
        // Past every back-off.
        await world.clock.advance(60_000);
        await world.poll();
        await world.poll();
        const read = await world.reader.get(key);
        expect(read).toMatchObject({
          data: world.version,
          isStale: false,
          reason: 'fresh',
          source: 'memory',
        });
      }),
      { numRuns: 400 },
    );
  });
});
