import {
  PinnedKey,
  Reader,
  StaleWhileRevalidateCache,
  StreamFollower,
  type LastgoodEvent,
  type Loaded,
  type ReadResult,
} from '../../../src/core/index.js';
import type { StreamState } from '../../../src/core/coherence/stream-state.js';
import { Chaos, ChaosChangeFeed, ChaosOrigin } from '../../../src/testing/index.js';
import type { Clock } from '../../../src/core/clock.js';
import { BeyondMemory, type Place as TierPlace } from './beyond-memory.js';
import { Judge, type Everybody } from './judge.js';
import { LoadWatch } from './load-watch.js';
import { DeadlineFeed, FeedPort, RowsPort, type Answer, type Reach, type Told } from './ports.js';
import { ProcessClock } from './process-clock.js';
import { policies } from './policies.js';
import type { Namespace, Place } from './truth.js';
import { WatchedStream } from './watched-stream.js';

/** What all processes have in common. */
export interface Surroundings extends Everybody {
  readonly clock: Clock;
  readonly random: () => number;
  readonly fault: (what: string) => void;
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
  /** What it knew to be purged has changed so often. */
  purges = 0;
  readonly beyond: BeyondMemory | null;
  private told: Told | null = null;
  private isFolding = false;
  private knownPurges: StreamState['purges'] | null = null;

  constructor(
    readonly name: string,
    private readonly around: Surroundings,
    listen: boolean,
    tiers: TierPlace | null,
  ) {
    const { database, random } = around;
    const clock = new ProcessClock(around.clock);
    this.clock = clock;
    this.judge = new Judge(around, this.fault);
    this.beyond = tiers && new BeyondMemory(tiers, around.clock, clock, this.report, random);
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
    this.beyond?.redisChaos.alwaysPass();
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
    if (event.type === 'load-failed')
      this.watches[event.namespace as Namespace].told(event.key, event.retryInMs);
    this.onEvent(event);
  };

  private committed({ epoch, applied, purges }: StreamState): void {
    if (purges !== this.knownPurges) this.purges++;
    this.knownPurges = purges;
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
      namespace,
      pinned: namespace === 'config',
    });
    const origin = this.watches[namespace];
    const beyond = this.beyond?.of(namespace, cache, (key) => origin.found(key));
    if (namespace === 'config') void beyond?.mirrors.findAll('all');
    return new Reader({ namespace, clock, report, origin, cache, random: this.around.random, ...beyond });
  }
}
