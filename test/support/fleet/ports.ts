import type { Clock, ChangeFeed, Loaded, Origin, PollReply } from '../../../src/core/index.js';
import type { DatabaseMoment, FakeDatabase } from '../../../src/testing/index.js';
import type { ProcessClock } from './process-clock.js';
import { absent, contentAt, placeOf, scopesOf, type Namespace, type Outside, type Place } from './truth.js';

const feedDeadlineMs = 2_000;

/** What one process reaches of the database, and of what state. */
export interface Reach {
  /** Its polls are answered by a standby that is so many moments behind; `null`: by the primary. */
  standby: number | null;
  /** Its loads are answered as of so many moments ago. */
  lag: number;
}

const momentsAgo = (database: FakeDatabase, ago: number): DatabaseMoment =>
  database.moments[Math.max(0, database.moments.length - 1 - ago)]!;

/** A reply, with what it was read from. */
export interface Told {
  readonly moment: DatabaseMoment;
  /** The moment that was current when the poll left. */
  readonly sentAt: DatabaseMoment;
}

/** The database's feed as seen by one process, which notes what each reply was read from. */
export class FeedPort implements ChangeFeed {
  private readonly readFrom = new WeakMap<PollReply, DatabaseMoment>();

  constructor(
    private readonly database: FakeDatabase,
    private readonly reach: Reach,
    private readonly clock: ProcessClock,
  ) {}

  async poll(after: number | null): Promise<PollReply> {
    const { standby } = this.reach;
    const moment = momentsAgo(this.database, standby ?? 0);
    const reply = { ...(await this.database.poll(after, moment)), inRecovery: standby !== null };
    this.readFrom.set(reply, moment);
    return reply;
  }

  momentOf(reply: PollReply): DatabaseMoment {
    return this.readFrom.get(reply)!;
  }

  subscribe(wake: () => void): () => Promise<void> {
    return this.database.subscribe(() => {
      if (this.clock.isRunning) wake();
    });
  }

  async raiseEpoch(expected: string): Promise<void> {
    if (this.reach.standby !== null) throw new Error('a standby writes nothing');
    return this.database.raiseEpoch(expected);
  }
}

/** As an adapter: rejects what takes too long. */
export class DeadlineFeed implements ChangeFeed {
  constructor(
    private readonly inner: ChangeFeed,
    private readonly clock: Clock,
    private readonly current: () => DatabaseMoment,
    private readonly onReply: (reply: PollReply, sentAt: DatabaseMoment) => void,
  ) {}

  async poll(after: number | null): Promise<PollReply> {
    const sentAt = this.current();
    const reply = await this.within(this.inner.poll(after));
    this.onReply(reply, sentAt);
    return reply;
  }

  subscribe(wake: () => void): () => Promise<void> {
    return this.inner.subscribe(wake);
  }

  raiseEpoch(expected: string): Promise<void> {
    return this.within(this.inner.raiseEpoch(expected));
  }

  private within<R>(call: Promise<R>): Promise<R> {
    let cancel!: () => void;
    const deadline = new Promise<never>((_, reject) => {
      cancel = this.clock.after(feedDeadlineMs, () => reject(new Error('deadline')));
    });
    return Promise.race([call, deadline]).finally(() => cancel());
  }
}

/** What a load was answered. */
export interface Answer {
  readonly place: Place;
  readonly content: string;
  /** What it was read from; `null` outside of the database. */
  readonly moment: DatabaseMoment | null;
  /** It was answered from the past, as by a cache in between: of when it takes itself to be. */
  readonly lagsAt: number | null;
}

/** Reads the rows of the database, or what is outside of it. */
export class RowsPort implements Origin<string> {
  constructor(
    private readonly namespace: Namespace,
    private readonly database: FakeDatabase,
    private readonly outside: ReadonlyMap<string, Outside>,
    private readonly reach: Reach,
    private readonly onAnswer: (loaded: Loaded<string>, answer: Answer) => void,
    private readonly now: () => number,
  ) {}

  async load(key: string): Promise<Loaded<string>> {
    const place = placeOf(this.namespace, key);
    if (this.namespace === 'external') return this.loadOutside(place);
    if (this.reach.standby !== null) throw new Error('a standby confirms nothing');
    const moment = momentsAgo(this.database, this.reach.lag);
    const content = contentAt(moment, place);
    const scopes = this.namespace === 'config' ? ['*'] : scopesOf(key);
    const row = content === absent ? { absent: true as const } : { value: content };
    return this.answered({ ...row, asOf: moment.asOf, scopes }, { place, content, moment });
  }

  private loadOutside(place: Place): Loaded<string> {
    const { past } = this.outside.get(place.key)!;
    const { content } = past[Math.max(0, past.length - 1 - this.reach.lag)]!;
    return this.answered({ value: content, scopes: scopesOf(place.key) }, { place, content, moment: null });
  }

  private answered(loaded: Loaded<string>, answer: Omit<Answer, 'lagsAt'>): Loaded<string> {
    this.onAnswer(loaded, { ...answer, lagsAt: this.reach.lag > 0 ? this.now() : null });
    return loaded;
  }
}
