import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AsOf } from '../../../core/index.js';
import type { AnswerFacts } from '../../../platform/sources/index.js';
import { SignalSourceError } from '../reading/signal-source.error.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { FeedSource, SignalType } from '../types/signal-type.js';
import type { Article } from './article.js';
import { askSource } from './ask-source.js';
import { faultsOfValue } from './faults-of-value.js';
import { recordOfAnswer } from './record-of-answer.js';
import { SharedRun } from './shared-run.js';
import type { SourceCounters } from './source-counters.js';
import type { SourceParts } from './source-parts.js';

/** What one answer has brought. */
export interface Pulled {
  /** Of the moment before the feed was asked: who joins comes later. */
  readonly asOf: AsOf | undefined;
  /** Articles by their ids. */
  readonly records: ReadonlyMap<string, SignalRecord>;
}

/** What the next answer may confirm. */
interface HeldArticles {
  /** `null`: nothing, a whole answer is asked for. */
  readonly facts: AnswerFacts | null;
  readonly values: ReadonlyMap<string, unknown>;
}

interface LastAnswer {
  readonly asOf: AsOf | undefined;
  readonly facts: AnswerFacts;
  readonly ids: readonly string[];
  /** When it came, and until when it stands, on the clock's timeline. */
  readonly at: number;
  readonly until: number;
}

export interface FeedOptions extends SourceParts {
  readonly type: SignalType;
  readonly source: FeedSource;
  readonly name: string;
  readonly url: string;
  readonly counters: SourceCounters;
}

/** Whoever asks for one article after another that there is not makes no more requests than this allows. */
const absentForMs = 1_000;

const accept =
  'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** Between so many the tiers are heard, and all others: a thousand writes in one go look like a Redis that is down. */
const keptAtOnce = 25;

/** One feed: one request for all of its articles, whoever asks for which. */
export class Feed {
  private last: LastAnswer | null = null;
  private readonly run = new SharedRun((signal) => this.ask(signal));

  constructor(private readonly options: FeedOptions) {}

  /** The ids of its articles, where all of them are held and inside their limit; else `null`. */
  get freshIds(): readonly string[] | null {
    const { last, options } = this;
    const now = options.clock.now();
    if (last === null || now >= last.until) return null;
    const isFresh = last.ids.every((id) => {
      const entry = options.keeper.held(this.keyOf(id));
      return entry !== undefined && !entry.absent && now - entry.confirmedAt < entry.maxAgeMs;
    });
    return isFresh ? last.ids : null;
  }

  /** The feed has said just now what it has, and this is none of it; and nothing was purged since. */
  isAbsent(id: string): boolean {
    const { last } = this;
    const { clock, keeper } = this.options;
    if (last === null || clock.now() - last.at >= absentForMs) return false;
    return last.asOf?.changeId === keeper.asOfNow()?.changeId && !last.ids.includes(id);
  }

  /**
   * Asks the feed, or joins who does; every article is kept.
   * @throws SignalSourceError, and the signal's reason once it is aborted
   */
  pull(signal: AbortSignal): Promise<Pulled> {
    return this.run.join(signal);
  }

  private async ask(signal: AbortSignal): Promise<Pulled> {
    const { client, clock, counters, type, name, url, source } = this.options;
    const asOf = this.options.keeper.asOfNow();
    const held = this.heldArticles();
    const request = { url, accept, headers: source.headers, held: held.facts, signal };
    const answer = await askSource({ client, clock, counters, type: type.name, id: name }, request);
    if (answer.kind === 'absent') throw this.wrong('there is no such feed (404 or 410)');
    const values = answer.kind === 'body' ? await this.read(answer.text, signal) : held.values;
    return this.take(values, answer.facts, { asOf, signal });
  }

  /** The articles of the last answer, if each is held as that answer had it: then a 304 speaks of all of them. */
  private heldArticles(): HeldArticles {
    const { last } = this;
    const values = new Map<string, unknown>();
    for (const id of last?.ids ?? []) {
      const record = this.heldRecord(id);
      const { http } = record ?? {};
      const isOfLast = http?.etag === last?.facts.etag && http?.lastModified === last?.facts.lastModified;
      if (record === null || !isOfLast) return { facts: null, values };
      values.set(id, record.value);
    }
    return { facts: last?.facts ?? null, values };
  }

  private heldRecord(id: string): SignalRecord | null {
    const entry = this.options.keeper.held(this.keyOf(id));
    return entry === undefined || entry.absent ? null : entry.value;
  }

  private async read(text: string, signal: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
    const { type, counters, parse } = this.options;
    const parsed = await parse(text, signal);
    // Nobody waits any more, and another answer may have come meanwhile.
    signal.throwIfAborted();
    if (typeof parsed === 'string') throw this.wrong(`its answer ${parsed}`);
    counters.skippedArticles += parsed.skipped;
    const values = new Map<string, unknown>();
    for (const [id, article] of parsed.articles) {
      if (faultsOfValue(type, article) === null) values.set(id, this.sameAsHeld(id, article));
      else counters.skippedArticles++;
    }
    return values;
  }

  /** What has not changed is no second copy of the same. */
  private sameAsHeld(id: string, article: Article): unknown {
    const held = this.heldRecord(id)?.value;
    return isDeepStrictEqual(held, article) ? held : article;
  }

  private async take(
    values: ReadonlyMap<string, unknown>,
    facts: AnswerFacts,
    { asOf, signal }: { readonly asOf: AsOf | undefined; readonly signal: AbortSignal },
  ): Promise<Pulled> {
    const { type, clock, counters, keeper } = this.options;
    const records = new Map<string, SignalRecord>();
    for (const [id, value] of values) {
      const record = recordOfAnswer(type, value, facts, clock);
      if (typeof record === 'string') counters.skippedArticles++;
      else records.set(id, record);
    }
    let kept = 0;
    for (const [id, record] of records) {
      if (kept > 0 && kept % keptAtOnce === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
      keeper.keep(this.keyOf(id), record, asOf);
      kept++;
    }
    this.last = { asOf, facts, ids: [...records.keys()], at: clock.now(), until: this.standsUntil(facts) };
    return { asOf, records };
  }

  private standsUntil({ observedAt, freshForMs }: AnswerFacts): number {
    const { type, clock } = this.options;
    const toTimeline = clock.now() - clock.wall();
    return observedAt + toTimeline + Math.min(type.ttlMs, freshForMs ?? type.ttlMs);
  }

  private keyOf(id: string): string {
    const { type, name } = this.options;
    return `${type.key.prefix}${name}:${id}`;
  }

  private wrong(message: string): SignalSourceError {
    return new SignalSourceError(this.options.type.name, this.options.name, message);
  }
}
