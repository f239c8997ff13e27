import { setImmediate as settled } from 'node:timers/promises';
import { readView } from '../../src/features/catalog/upstream/read-view.js';
import { viewRequest } from '../../src/features/catalog/upstream/view-request.js';
import type { CatalogEvent } from '../../src/features/catalog/views/catalog-event.js';
import {
  catalogKeys,
  parseCatalogKey,
  type ViewName,
} from '../../src/features/catalog/views/catalog-keys.js';
import type { Upstream, UpstreamAnswer, UpstreamRequest } from '../../src/platform/upstream/index.js';
import { UpstreamRequestError } from '../../src/platform/upstream/index.js';
import { CatalogContent } from '../../src/testing/catalog-content.js';
import { LaggingChanges } from '../../src/testing/lagging-changes.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';

export const catalogIds = ['1', '10', '100'] as const;

export const everyCatalogKey: readonly string[] = [
  catalogKeys.publishers,
  catalogKeys.books,
  ...catalogIds.flatMap((id) => [
    catalogKeys.publisher(id),
    catalogKeys.logo(id),
    catalogKeys.publisherBooks(id),
    catalogKeys.book(id),
    catalogKeys.bookConfig(id),
  ]),
];

export type ServiceMode = 'up' | 'down' | 'hangs' | 'broken';

/** What happened at the content service, told by an event. */
export interface CatalogChange {
  readonly event: CatalogEvent;
  readonly at: number;
  /** Views whose answer is another one since. */
  readonly affected: ReadonlySet<string>;
}

/** What `hashOf` is of a view that there is none of. */
export const absent = 'absent';

/** A content service in memory: changes are made at its primary, and a replica that lags answers. */
export class CatalogModel implements Upstream {
  mode: ServiceMode = 'up';
  /** How long an answer takes. */
  answersInMs = 0;
  /** By key, what the primary has answered since when. */
  readonly truth = new Map<string, { readonly since: number; readonly hash: string }[]>();
  private readonly primary: CatalogContent;
  private readonly replica: CatalogContent;
  private readonly lagging: LaggingChanges;
  private readonly recovered: (() => void)[] = [];

  constructor(
    private readonly clock: VirtualClock,
    lagMs: number,
    tellsPublishers: boolean,
  ) {
    this.primary = new CatalogContent(tellsPublishers);
    this.replica = new CatalogContent(tellsPublishers);
    this.lagging = new LaggingChanges(clock, lagMs);
    this.note();
  }

  has(what: 'publishers' | 'books', id: string): boolean {
    return this.primary[what].has(id);
  }

  booksOf(publisherId: string): string[] {
    return [...this.primary.books].filter(([, { publisher_id: of }]) => of === publisherId).map(([id]) => id);
  }

  publisherOf(bookId: string): string | null {
    return (this.primary.books.get(bookId)?.publisher_id as string | undefined) ?? null;
  }

  /** At the primary now, and for readers after the lag. */
  change(event: CatalogEvent, make: (content: CatalogContent) => void): CatalogChange {
    make(this.primary);
    this.lagging.make(() => make(this.replica));
    return { event, at: this.clock.now(), affected: this.note() };
  }

  /** What the primary answers by now. */
  hashOf(key: string): string {
    return this.truth.get(key)!.at(-1)!.hash;
  }

  /** It has answered that at this moment, or at a later one. */
  hasAnswered(key: string, hash: string, since: number): boolean {
    const answers = this.truth.get(key)!;
    return answers.some((each, at) => each.hash === hash && (answers[at + 1]?.since ?? Infinity) > since);
  }

  async get({ path, signal }: UpstreamRequest): Promise<UpstreamAnswer> {
    const { mode } = this;
    this.lagging.catchUp();
    // As it is when it is asked, however late it comes: so old an answer can be.
    const answer = this.replica.answer(path);
    await this.wait(mode === 'hangs' ? 3_600_000 : this.answersInMs, signal);
    if (mode === 'down') throw new UpstreamRequestError('status', 'It is down', { status: 503 });
    if (answer.status === 404) return { kind: 'absent' };
    // Neither JSON nor an image.
    const body = Buffer.from(mode === 'broken' ? '' : answer.body);
    return { kind: 'body', body, mediaType: answer.contentType };
  }

  /** Nobody who asks a model is ever told to wait. */
  get isLeftAlone(): boolean {
    return false;
  }

  onRecovered(tell: () => void): void {
    this.recovered.push(tell);
  }

  async heal(): Promise<void> {
    this.mode = 'up';
    this.answersInMs = 0;
    for (const tell of this.recovered) tell();
    await settled();
  }

  private note(): ReadonlySet<string> {
    const affected = new Set<string>();
    const since = this.clock.now();
    for (const key of everyCatalogKey) {
      const hash = this.answerOf(parseCatalogKey(key)!);
      const answers = this.truth.get(key) ?? [];
      if (answers.at(-1)?.hash === hash) continue;
      if (answers.length > 0) affected.add(key);
      this.truth.set(key, [...answers, { since, hash }]);
    }
    return affected;
  }

  private answerOf(view: ViewName): string {
    const { status, body, contentType } = this.primary.answer(viewRequest(view).path);
    return status === 404 ? absent : readView(view, Buffer.from(body), contentType).hash;
  }

  private wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(ms, resolve);
      const stop = () => {
        cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
