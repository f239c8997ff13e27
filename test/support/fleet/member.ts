import {
  PinnedKey,
  Reader,
  StaleWhileRevalidateCache,
  Stream,
  StreamFollower,
  type LastgoodEvent,
  type Loaded,
  type Policy,
  type ReadResult,
} from '../../../src/core/index.js';
import type { StreamState } from '../../../src/core/coherence/stream-state.js';
import { Chaos, ChaosChangeFeed, ChaosOrigin, type FakeDatabase } from '../../../src/testing/index.js';
import type { Clock } from '../../../src/core/clock.js';
import { Judge } from './judge.js';
import { LoadWatch } from './load-watch.js';
import { DeadlineFeed, FeedPort, RowsPort, type Answer, type Reach, type Told } from './ports.js';
import { ProcessClock } from './process-clock.js';
import type { Namespace, Place, Truth } from './truth.js';

const shared = { softTimeoutMs: 0, hardTimeoutMs: 1_000, jitter: 0.1, negativeMaxAgeMs: 5_000 };
const unlimited = { staleIfErrorMs: null, invalidatedMaxStaleMs: null };
export const policies: Record<Namespace, Policy> = {
  config: { ...shared, ...unlimited, maxAgeMs: 300_000, staleWhileRevalidateMs: 0, negativeMaxAgeMs: 0 },
  rows: { ...shared, ...unlimited, maxAgeMs: 10_000, staleWhileRevalidateMs: 5_000, softTimeoutMs: 20 },
  external: {
    ...shared,
    maxAgeMs: 30_000,
    staleWhileRevalidateMs: 30_000,
    staleIfErrorMs: 120_000,
    invalidatedMaxStaleMs: 60_000,
    softTimeoutMs: 50,
  },
};

/** What all processes have in common. */
export interface Surroundings {
  readonly clock: Clock;
  readonly database: FakeDatabase;
  readonly truth: Truth;
  readonly random: () => number;
  readonly fault: (what: string) => void;
}

/** Tells of each commit. */
class WatchedStream extends Stream {
  onCommit: (state: StreamState) => void = () => undefined;

  override commit(next: StreamState): void {
    super.commit(next);
    this.onCommit(next);
  }
}

/** One process of the fleet: the real code on ports with mishaps, watched at each of them. */
export class Member {
  readonly clock: ProcessClock;
  readonly judge: Judge;
  readonly reach: Reach = { standby: null, lag: 0 };
  readonly pollChaos: Chaos;
  readonly loadChaos: Chaos;
  readonly feed: ChaosChangeFeed;
  readonly stream = new WatchedStream('config');
  readonly follower: StreamFollower;
  readonly readers: Record<Namespace, Reader<string>>;
  readonly watches: Record<Namespace, LoadWatch>;
  /** How often other content was met at the same version, by place. */
  readonly alarms = new Map<string, number>();
  onAnswer: (place: Place, result: ReadResult<string>) => void = () => undefined;
  onEvent: (event: LastgoodEvent) => void = () => undefined;
  private told: Told | null = null;
  private isFolding = false;

  constructor(
    readonly name: string,
    private readonly around: Surroundings,
    listen: boolean,
  ) {
    const { database, truth, random } = around;
    const clock = new ProcessClock(around.clock);
    this.clock = clock;
    this.judge = new Judge(truth, database, () => around.clock.now(), this.fault);
    this.pollChaos = new Chaos(clock);
    this.loadChaos = new Chaos(clock);
    const port = new FeedPort(database, this.reach, clock);
    this.feed = new ChaosChangeFeed(port, this.pollChaos);
    const asked = new DeadlineFeed(
      this.feed,
      clock,
      () => database.current,
      (reply, sentAt) => {
        this.told = reply.inRecovery ? null : { moment: port.momentOf(reply), sentAt };
      },
    );
    const { stream, report } = this;
    stream.onCommit = (state) => this.committed(state);
    this.follower = new StreamFollower({ clock, random, report, stream, feed: asked, listen });
    this.watches = {
      config: this.watch('config'),
      rows: this.watch('rows'),
      external: this.watch('external'),
    };
    for (const watch of Object.values(this.watches)) this.follower.attach(watch);
    this.readers = {
      config: this.reader('config'),
      rows: this.reader('rows'),
      external: this.reader('external'),
    };
    this.follower.pin(new PinnedKey(this.readers.config, 'all', clock, random));
    this.follower.attach(this.readers.rows);
    this.follower.attach(this.readers.external);
  }

  fold(): void {
    this.isFolding = true;
    this.stream.fold(this.clock.now());
    this.isFolding = false;
  }

  heal(): void {
    this.clock.resume();
    Object.assign(this.reach, { standby: null, lag: 0 });
    Object.assign(this.feed, { wakeTimes: 1, wakeLateMs: 0 });
    this.pollChaos.alwaysPass();
    this.loadChaos.alwaysPass();
  }

  /** For how long at most it may leave this alone yet. */
  waitsFor({ namespace, key }: Place): number {
    return this.watches[namespace].waitsFor(key);
  }

  /** Looks without being a read. */
  look(place: Place): void {
    if (!this.clock.isRunning) return;
    const result = this.readers[place.namespace].describe(place.key);
    if (result !== null) this.answered(place, result, false);
  }

  /** @param isLate it was answered some microtasks ago */
  answered(place: Place, result: ReadResult<string>, isLate: boolean): void {
    this.judge.answer(place, result, policies[place.namespace].maxAgeMs, isLate);
    this.onAnswer(place, result);
  }

  readonly fault = (what: string): void => this.around.fault(`${this.name}: ${what}`);

  private readonly report = (event: LastgoodEvent): void => {
    if (event.type === 'content-diverged') {
      const name = `${event.namespace} ${event.key}`;
      this.alarms.set(name, (this.alarms.get(name) ?? 0) + 1);
    }
    this.onEvent(event);
  };

  private committed({ epoch, applied }: StreamState): void {
    if (this.isFolding) return;
    if (epoch === null) this.judge.learn(null);
    else if (this.told !== null) this.judge.learn({ ...this.told, applied: applied.version });
    this.told = null;
  }

  private watch(namespace: Namespace): LoadWatch {
    const { database, truth, clock } = this.around;
    const answers = new WeakMap<Loaded<string>, Answer>();
    const port = new RowsPort(
      namespace,
      database,
      truth.outside,
      this.reach,
      (loaded, answer) => answers.set(loaded, answer),
      () => clock.now(),
    );
    return new LoadWatch(
      new ChaosOrigin(port, this.loadChaos),
      this.clock,
      (what) => this.fault(`${namespace}: ${what}`),
      (loaded) => this.judge.arrived(answers.get(loaded)!),
    );
  }

  private reader(namespace: Namespace): Reader<string> {
    const { clock, stream, report } = this;
    const confirmedBy = namespace === 'external' ? 'load' : 'counter';
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      policy: policies[namespace],
      stream,
      confirmedBy,
    });
    const origin = this.watches[namespace];
    return new Reader({ namespace, clock, report, origin, cache, random: this.around.random });
  }
}
