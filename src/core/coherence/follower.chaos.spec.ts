import * as fc from 'fast-check';
import { Chaos } from '../../testing/chaos.js';
import { ChaosChangeFeed } from '../../testing/chaos-change-feed.js';
import { ChaosOrigin } from '../../testing/chaos-origin.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { LoadRequest } from '../load/origin.js';
import { Reader } from '../load/reader.js';
import type { Policy } from '../policy/policy.js';
import { PinnedKey } from './pinned.js';
import { Stream } from './stream.js';
import { StreamFollower } from './stream-follower.js';

const policy: Policy = {
  maxAgeMs: 10_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};

/** What scope `a` holds is the last change that touched it. */
class Database extends FakeChangeFeed {
  /** Every content that scope `a` ever had, and from when to when. */
  readonly truths: { content: string; from: number; to: number }[] = [];
  private lineage = 0;

  constructor(private readonly clock: VirtualClock) {
    super();
    this.note();
  }

  get content(): string {
    return this.log.findLast(({ scope }) => scope === 'a')?.changeId ?? this.trimmedContent;
  }

  private trimmedContent = 'nothing';

  write(scope: string): void {
    this.change([scope], `${this.lineage}-`);
    this.note();
  }

  lose(versions: number): void {
    this.lineage++;
    this.restoreTo(Math.max(this.trimmedTo, this.asOf.version - versions));
    this.note();
  }

  trimTo(back: number): void {
    const version = Math.max(this.trimmedTo, this.asOf.version - back);
    const going = this.log.findLast((row) => row.scope === 'a' && row.version <= version);
    this.trimmedContent = going?.changeId ?? this.trimmedContent;
    this.trim(version);
  }

  /** Was it the truth at any moment since then? */
  wasTrueSince(content: string, moment: number): boolean {
    return this.truths.some((truth) => truth.content === content && truth.to >= moment);
  }

  private note(): void {
    const now = this.clock.now();
    const last = this.truths.at(-1);
    if (last?.content === this.content) return;
    if (last) last.to = now;
    this.truths.push({ content: this.content, from: now, to: Number.POSITIVE_INFINITY });
  }
}

class Rows extends FakeOrigin<string> {
  constructor(private readonly database: Database) {
    super('');
  }

  override load(key: string, request: LoadRequest<string>) {
    const { asOf, content } = this.database;
    this.answer({ value: content, asOf, scopes: ['a'] });
    return super.load(key, request);
  }
}

class World {
  readonly clock = new VirtualClock();
  readonly database = new Database(this.clock);
  readonly feedChaos = new Chaos(this.clock);
  readonly originChaos = new Chaos(this.clock);
  readonly feed = new ChaosChangeFeed(this.database, this.feedChaos);
  readonly reader: Reader<string>;
  readonly follower: StreamFollower;

  constructor(seed: number) {
    const stream = new Stream('config');
    const shared = { clock: this.clock, report: () => {}, random: diceOf(seed) };
    const cache = new StaleWhileRevalidateCache<string>({ clock: this.clock, policy, stream });
    const origin = new ChaosOrigin(new Rows(this.database), this.originChaos);
    this.reader = new Reader({ ...shared, namespace: 'model-config', origin, cache });
    this.follower = new StreamFollower({ ...shared, feed: this.feed, stream, listen: true });
    this.follower.pin(new PinnedKey(this.reader, 'pinned', this.clock));
  }

  async start(): Promise<void> {
    this.follower.start();
    await this.clock.advance(0);
    await this.reader.get('lazy');
  }

  /** Reads both keys; says what is wrong with the answers. */
  async faultsOfReads(): Promise<string[]> {
    const reads = await Promise.all(['pinned', 'lazy'].map((key) => this.reader.get(key)));
    return reads.flatMap(({ data, age, isStale, reason }) =>
      age >= 0 && this.database.wasTrueSince(data, this.clock.now() - age)
        ? []
        : [`${data}, ${isStale ? 'stale' : 'fresh'} ${reason}, claims to have been true ${age} ms ago`],
    );
  }

  async heal(): Promise<void> {
    this.feedChaos.alwaysPass();
    this.originChaos.alwaysPass();
    this.feed.wakeTimes = 1;
    this.database.inRecovery = false;
    // The longest back-off, a poll, and the load of what is read.
    await this.clock.advance(31_500);
    await this.faultsOfReads();
    await this.clock.advance(1_500);
  }
}

const diceOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const mishap = (chaos: Chaos, kind: number, ms: number) =>
  [
    () => chaos.alwaysPass(),
    () => chaos.alwaysThrow(),
    () => chaos.alwaysDelay(ms),
    () => chaos.alwaysHang(),
  ][kind]!();

/** A feed may not hang: its adapters have deadlines. */
const moves: Record<string, (world: World, n: number) => unknown> = {
  wait: ({ clock }, n) => clock.advance(n),
  'wait long': ({ clock }, n) => clock.advance(n * 20),
  'write a': ({ database }) => (database.write('a'), database.notify()),
  'write b': ({ database }) => (database.write('b'), database.notify()),
  'refresh lazy': ({ reader }) => void reader.refresh('lazy'),
  lose: ({ database }, n) => database.lose(1 + (n % 3)),
  trim: ({ database }, n) => database.trimTo(n % 3),
  promote: ({ database }, n) => (database.inRecovery = n % 3 === 0),
  feed: ({ feedChaos }, n) => mishap(feedChaos, n % 3, n),
  origin: ({ originChaos }, n) => mishap(originChaos, n % 4, n),
  'lose wake-ups': ({ feed }, n) => (feed.wakeTimes = n % 3),
  'step the wall clock': ({ clock }, n) => clock.stepWall(n * 10 - 10_000),
};
const move = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(fc.constant('wait'), fc.nat(40)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('wait', 'wait long'), fc.nat(2_000)) },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(moves)), fc.nat(2_000)) },
);

describe('a replica among faults', () => {
  it('fails no warm read, tells no false age, and is on the truth soon after all heals (CO-7, CO-10, CA-12)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(move, { maxLength: 30 }), async (seed, plan) => {
        const world = new World(seed);
        await world.start();
        for (const [name, n] of plan) {
          await moves[name]!(world, n);
          expect(await world.faultsOfReads()).toEqual([]);
        }
        await world.heal();
        for (const key of ['pinned', 'lazy']) {
          expect(world.reader.peek(key)).toMatchObject({ data: world.database.content, isStale: false });
        }
        await world.follower.stop();
        expect(world.clock.pending).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});
