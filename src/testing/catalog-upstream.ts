import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../core/clock.js';
import { answerFault, answerJson, type CatalogAnswer } from './catalog-answer.js';
import { CatalogContent, type CatalogBookRecord, type CatalogRecord } from './catalog-content.js';
import type { CatalogMisbehaviour } from './catalog-misbehaviour.js';
import { LaggingChanges } from './lagging-changes.js';
import { misbehaveCatalog } from './misbehave-catalog.js';

export interface CatalogUpstreamOptions {
  /** What is read sees a change so much later. None by default. */
  readonly lagMs?: number;
  /** Counts the lag, and whatever is late. The system's by default. */
  readonly clock?: Pick<Clock, 'now' | 'after'>;
  /** Requests without it get 401. */
  readonly apiKey?: string;
  /** Tells each book with its publisher in it, as that is when it is asked. Not by default. */
  readonly tellsPublishers?: boolean;
}

/** Which requests misbehave. */
export interface CatalogScope {
  /** Those of this path alone, from the base and with its query; all by default. */
  readonly path?: string;
  /** So many of them; all, until `heal`, by default. */
  readonly times?: number;
}

export interface CatalogRequest {
  readonly method: string;
  /** From the base, with its query. */
  readonly path: string;
}

interface Rule {
  readonly mode: CatalogMisbehaviour;
  readonly path: string | undefined;
  left: number;
}

const host = '127.0.0.1';
const base = '/content';
const systemClock: Pick<Clock, 'now' | 'after'> = {
  now: Date.now,
  after: (ms, fire) => {
    const timer = setTimeout(fire, ms).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * A local content service of publishers and books: changes are made at its primary, reads are answered by a replica
 * that may lag, and it breaks in the ways that such services do.
 *
 * ```ts
 * const upstream = await CatalogUpstream.start({ lagMs: 500 });
 * upstream.putPublisher({ id: '1', name: 'North' });
 * upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog' });
 * upstream.behave('hang', { path: '/books/7' });
 * // … read, with CATALOG_BASE_URL=upstream.url and CATALOG_API_KEY=upstream.apiKey …
 * upstream.heal();
 * await upstream.close();
 * ```
 */
export class CatalogUpstream {
  readonly apiKey: string;
  /** Every request that was ever received, in their order. */
  readonly requests: readonly CatalogRequest[];
  /** What was sent to `{url}/webhooks`, parsed. */
  readonly registrations: readonly unknown[];
  /** Connections that were ever made. */
  connections = 0;
  /** Connections that are open now. */
  openConnections = 0;
  /** Requests whose sender left before there was a whole answer. */
  abandoned = 0;
  private readonly log: CatalogRequest[] = [];
  private readonly registered: unknown[] = [];
  private readonly arrivals = new EventEmitter();
  private readonly clock: Pick<Clock, 'now' | 'after'>;
  private readonly content: CatalogContent;
  private readonly changes: LaggingChanges;
  private rules: Rule[] = [];
  private readonly server: Server;

  private constructor(options: CatalogUpstreamOptions) {
    const { lagMs = 0, clock = systemClock, apiKey = 'key', tellsPublishers = false } = options;
    this.apiKey = apiKey;
    this.clock = clock;
    this.requests = this.log;
    this.registrations = this.registered;
    this.content = new CatalogContent(tellsPublishers);
    this.changes = new LaggingChanges(clock, lagMs);
    this.arrivals.setMaxListeners(0);
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.on('connection', (socket) => {
      this.connections++;
      this.openConnections++;
      socket.once('close', () => void this.openConnections--);
    });
  }

  /** Listens on a free port of 127.0.0.1, and behaves. */
  static async start(options: CatalogUpstreamOptions = {}): Promise<CatalogUpstream> {
    const upstream = new CatalogUpstream(options);
    await once(upstream.server.listen(0, host), 'listening');
    return upstream;
  }

  /** The base URL; it has a path, and no slash at its end. */
  get url(): string {
    return `http://${host}:${(this.server.address() as AddressInfo).port}${base}`;
  }

  /** By how much reads lag (ms), for changes from now on. */
  set lagMs(ms: number) {
    this.changes.lagMs = ms;
  }

  get lagMs(): number {
    return this.changes.lagMs;
  }

  /** How many requests came for that path, from the base and with its query. */
  count(path: string): number {
    return this.log.filter((request) => request.path === path).length;
  }

  putPublisher(publisher: CatalogRecord): void {
    this.changes.make(() => this.content.publishers.set(String(publisher.id), publisher));
  }

  putBook(book: CatalogBookRecord): void {
    this.changes.make(() => this.content.books.set(String(book.id), book));
  }

  /** Told with `book_id`, unless that is given. */
  putConfig(bookId: string | number, config: object): void {
    this.changes.make(() => this.content.configs.set(String(bookId), { book_id: bookId, ...config }));
  }

  putLogo(publisherId: string | number, contentType: string, bytes: Uint8Array): void {
    this.changes.make(() => this.content.logos.set(String(publisherId), { contentType, bytes }));
  }

  /** Its logo and its books go with it. */
  deletePublisher(id: string | number): void {
    this.changes.make(() => this.content.deletePublisher(String(id)));
  }

  /** Its configuration goes with it. */
  deleteBook(id: string | number): void {
    this.changes.make(() => this.content.deleteBook(String(id)));
  }

  /** Requests that come misbehave so; where several modes are meant for one, the first that was set goes first. */
  behave(mode: CatalogMisbehaviour, { path, times = Number.POSITIVE_INFINITY }: CatalogScope = {}): void {
    this.rules.push({ mode, path, left: times });
  }

  /** Requests that come are answered as they should; those that hang already hang on. */
  heal(): void {
    this.rules = [];
  }

  /** Settled when so many requests have come since the start; answered or not. */
  async received(count: number): Promise<void> {
    while (this.log.length < count) await once(this.arrivals, 'request');
  }

  /** Closes every connection. Calling it again is harmless. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const path = url.startsWith(`${base}/`) ? url.slice(base.length) : null;
    this.log.push({ method, path: path ?? url });
    this.arrivals.emit('request');
    response.once('close', () => {
      if (!response.writableFinished) this.abandoned++;
    });
    const body = await readWhole(request);
    // Who is gone wants no answer.
    if (body === null) return;
    const answer = () => this.answer(request, path, body);
    misbehaveCatalog({ answer, response, mode: this.take(path), clock: this.clock });
  }

  private answer({ method, headers }: IncomingMessage, path: string | null, body: string): CatalogAnswer {
    if (headers.authorization !== `Bearer ${this.apiKey}`) return answerFault(401);
    if (path === null) return answerFault(404);
    if (method === 'POST' && path === '/webhooks') return this.register(body);
    if (method !== 'GET') return answerFault(405);
    this.changes.catchUp();
    return this.content.answer(path);
  }

  /** 409 where that was registered already. */
  private register(body: string): CatalogAnswer {
    const isKnown = this.registered.some((known) => JSON.stringify(known) === body);
    this.registered.push(JSON.parse(body));
    return answerJson(isKnown ? 409 : 201, {});
  }

  private take(path: string | null): CatalogMisbehaviour | null {
    const rule = this.rules.find((each) => each.left > 0 && (each.path ?? path) === path);
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.mode;
  }
}

/** `null`: its sender left. */
async function readWhole(request: IncomingMessage): Promise<string | null> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
    return text;
  } catch {
    return null;
  }
}
