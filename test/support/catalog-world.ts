import type { Entry, ReadResult } from '../../src/core/index.js';
import type { CatalogEvent } from '../../src/features/catalog/views/catalog-event.js';
import { parseCatalogKey } from '../../src/features/catalog/views/catalog-keys.js';
import { scopesOfEvent } from '../../src/features/catalog/views/catalog-scopes.js';
import type { Book, CatalogView, ViewData } from '../../src/features/catalog/views/catalog-view.js';
import { FakeChangeFeed } from '../../src/testing/fake-change-feed.js';
import { FakeLock } from '../../src/testing/fake-lock.js';
import { FakeTier } from '../../src/testing/fake-tier.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { absent, CatalogModel, everyCatalogKey, type CatalogChange } from './catalog-model.js';
import { CatalogProcess } from './catalog-process.js';

/** So long after its change an event has been applied by whoever was told of it. */
const appliedWithinMs = 25;
/** By then every view was looked at again, and whatever failed was tried again. */
const settledWithinMs = 30_000;

interface Accepted extends CatalogChange {
  readonly acceptedAt: number;
  readonly version: number;
}

type Read = ReadResult<CatalogView>;

/** Processes, their content service and its sender, watched by somebody who knows what the truth was at any time. */
export class CatalogWorld {
  readonly clock = new VirtualClock();
  readonly model: CatalogModel;
  readonly feed = new FakeChangeFeed();
  readonly processes: CatalogProcess[];
  readonly violations: string[] = [];
  /** Reads that were served as fresh, and such of views that an event had been about. */
  served = 0;
  afterEvents = 0;
  /** Told by nobody yet. */
  readonly outbox: CatalogChange[] = [];
  private readonly accepted: Accepted[] = [];
  private readonly redis: { readonly tier: FakeTier; readonly lock: FakeLock };
  private readonly pending: Promise<unknown>[] = [];

  constructor(
    private readonly lagMs: number,
    tellsPublishers: boolean,
    private readonly random: () => number,
  ) {
    this.model = new CatalogModel(this.clock, lagMs, tellsPublishers);
    this.redis = { tier: new FakeTier('redis', this.clock), lock: new FakeLock(this.clock) };
    this.processes = [this.start(), this.start()];
  }

  /** The sender tells of a change, or of one that it has told already. */
  async accept(change: CatalogChange, isHeard: boolean): Promise<void> {
    await this.clock.advance(1);
    const before = this.processes.map((process) => this.freshIn(process));
    const applied = this.processes.map((process) => this.appliedBy(process));
    const asOf = this.feed.change([...scopesOfEvent(change.event)]);
    const { version } = asOf;
    this.accepted.push({ ...change, acceptedAt: this.clock.now(), version });
    if (isHeard) this.feed.notify();
    await this.clock.advance(appliedWithinMs);
    for (const [at, process] of this.processes.entries()) {
      // Others may be applied with it, which it was not told of at once.
      const news = this.accepted.filter((each) => each.version > applied[at]!);
      this.watchAlone(news, process, before[at]!);
    }
  }

  async restart(at: number): Promise<void> {
    await this.processes[at]!.stop();
    this.processes[at] = this.start();
  }

  /** Somebody asks, and may have to wait. */
  read(at: number, key: string): void {
    const process = this.processes[at]!;
    const applied = this.appliedBy(process);
    const read = process.reader.peek(key);
    if (read !== null) return this.watch(key, read, applied);
    const answer = process.reader.get(key).then(
      (answered) => this.watch(key, answered, applied),
      () => undefined,
    );
    this.pending.push(answer);
  }

  /** Everything is told and works again: by the end, every process serves the truth as fresh. */
  async settle(): Promise<void> {
    for (const process of this.processes) process.isCutOff = false;
    for (const { switches } of this.processes) switches.redis = true;
    await this.model.heal();
    for (const change of this.outbox.splice(0)) await this.accept(change, true);
    for (let ms = 0; ms < settledWithinMs; ms += 500) {
      for (const at of this.processes.keys()) for (const key of everyCatalogKey) this.read(at, key);
      await this.clock.advance(500);
    }
    await Promise.all(this.pending);
    for (const [at, { reader }] of this.processes.entries()) {
      for (const key of everyCatalogKey) {
        const read = reader.describe(key);
        const truth = this.model.hashOf(key);
        if (read === null || read.isStale || hashOf(read) !== truth)
          this.violations.push(`in the end process ${at} has not the truth of ${key}: ${labelOf(read)}`);
      }
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  private start(): CatalogProcess {
    const { clock, feed, redis, random } = this;
    return new CatalogProcess({ clock, feed, redis, random, upstream: this.model });
  }

  private appliedBy({ stream }: CatalogProcess): number {
    return stream.state.epoch === null ? -1 : stream.appliedVersion;
  }

  /** The two things that may never be. */
  private watch(key: string, read: Read, applied: number): void {
    if (read.isStale) return;
    this.served++;
    const now = this.clock.now();
    const loadedAt = now - read.age;
    const hash = hashOf(read);
    const rightByMs = this.lagMs + (this.lagMs === 0 ? 0 : this.lagMs <= 2_000 ? 2_000 : 10_000);
    for (const { event, affected, at, acceptedAt, version } of this.accepted) {
      if (version > applied) continue;
      const what = `${event.event} ${event.id} (${event.publisherId})`;
      if (affected.has(key)) this.afterEvents++;
      if (loadedAt <= acceptedAt && isAbout(event, key, read))
        this.violations.push(`${key} is fresh from ${acceptedAt - loadedAt} ms before ${what} of it`);
      const isSettled = now > at + rightByMs;
      if (affected.has(key) && isSettled && !this.model.hasAnswered(key, hash, at))
        this.violations.push(`${key} is fresh, and as it was before ${what}, ${now - at} ms ago`);
    }
  }

  private freshIn({ reader }: CatalogProcess): Map<string, Entry<CatalogView>> {
    const isFresh = (key: string) => reader.describe(key)?.isStale === false;
    return new Map(everyCatalogKey.filter(isFresh).map((key) => [key, reader.cache.entry(key)!]));
  }

  /** What is fresh, and of others alone, stays as it is (CT-2). */
  private watchAlone(
    news: readonly Accepted[],
    { reader }: CatalogProcess,
    before: ReadonlyMap<string, Entry<CatalogView>>,
  ): void {
    for (const [key, entry] of before) {
      const isOver = this.clock.now() - entry.confirmedAt >= entry.maxAgeMs;
      if (isOver || reader.cache.entry(key) !== entry) continue;
      const isOfOthers = news.every(({ event }) => isAboutOthers(event, key, entry));
      if (isOfOthers && reader.describe(key)?.isStale !== false)
        this.violations.push(
          `${key} is stale by ${news.map(({ event }) => `${event.event} ${event.id}`).join()}`,
        );
    }
  }
}

const hashOf = (read: Read): string => (read.absent ? absent : read.data.hash);
const labelOf = (read: Read | null): string =>
  read === null ? 'nothing' : `${read.absent ? 'absent' : JSON.stringify(read.data.data)} ${read.reason}`;

/** By what it shows: the event is about something in it, or that came into it. */
function isAbout(
  { event, id, publisherId }: CatalogEvent,
  key: string,
  { absent: none, data }: Read,
): boolean {
  const view = parseCatalogKey(key)!;
  const books = none ? [] : booksIn(view.kind, data.data);
  const of = 'id' in view ? view.id : null;
  if (event.startsWith('book.')) {
    if (view.kind === 'books') return true;
    if (view.kind === 'book' || view.kind === 'book-config') return of === id;
    return view.kind === 'publisher-books' && (of === publisherId || books.some((book) => book.id === id));
  }
  if (view.kind === 'publishers') return true;
  if (view.kind === 'publisher' || view.kind === 'logo') return of === id;
  if (view.kind === 'publisher-books' && of === id && !event.endsWith('updated')) return true;
  const goes = event === 'publisher.deleted';
  return books.some((book) => book.publisher?.id === id || (goes && book.publisher_id === id));
}

function booksIn(kind: string, data: ViewData): readonly Book[] {
  if (kind === 'book') return [data as Book];
  return kind === 'books' || kind === 'publisher-books' ? (data as readonly Book[]) : [];
}

/** It shows one entity, and not one that the event is about (CT-2). */
function isAboutOthers(
  { event, id }: CatalogEvent,
  key: string,
  { absent: none, value }: Entry<CatalogView>,
) {
  const view = parseCatalogKey(key)!;
  if (!('id' in view) || view.kind === 'publisher-books') return false;
  const isOfPublisher = view.kind === 'publisher' || view.kind === 'logo';
  if (event.startsWith('book.')) return isOfPublisher || view.id !== id;
  if (isOfPublisher) return view.id !== id;
  return view.kind === 'book-config' || none || (value.data as Book).publisher_id !== id;
}
