import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FeedArticle } from './feed-article.js';
import type { FeedMisbehaviour } from './feed-misbehaviour.js';
import type { FeedRequest } from './feed-request.js';
import { renderFeed, type FeedFormat } from './render-feed.js';
import { serveDocument } from './serve-document.js';
import type { ServedDocument } from './served-document.js';

export interface FeedUpstreamOptions {
  /** What Date and Last-Modified tell (Unix ms). The wall clock by default. */
  readonly now?: () => number;
}

/** Which requests misbehave. */
export interface FeedScope {
  /** Those of this path alone; all by default. */
  readonly path?: string;
  /** So many of them; all, until `heal`, by default. */
  readonly times?: number;
}

interface Rule {
  readonly mode: FeedMisbehaviour;
  readonly path: string | undefined;
  left: number;
}

const address = '127.0.0.1';

/**
 * A local server of feeds and JSON documents with ETag and Last-Modified, that breaks in the ways that sources do.
 *
 * ```ts
 * const upstream = await FeedUpstream.start();
 * upstream.setFeed('sports', [{ id: '1', title: 'Kick-off', url: 'https://a.example/1', … }]);
 * upstream.behave('hang', { path: '/feeds/sports' });
 * // … ask upstream.urlOf('sports'), with upstream.host allowed …
 * upstream.heal();
 * await upstream.close();
 * ```
 */
export class FeedUpstream {
  /** Every request that was ever received, in their order. */
  readonly requests: readonly FeedRequest[];
  /** Connections that were ever made. */
  connections = 0;
  /** Requests that have no whole answer yet. */
  underWay = 0;
  /** The most of them at one moment. */
  mostAtOnce = 0;
  private readonly log: FeedRequest[] = [];
  private readonly arrivals = new EventEmitter();
  private readonly documents = new Map<string, ServedDocument>();
  private rules: Rule[] = [];
  private readonly now: () => number;
  private readonly server: Server;

  private constructor({ now = Date.now }: FeedUpstreamOptions) {
    this.now = now;
    this.requests = this.log;
    this.arrivals.setMaxListeners(0);
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.on('connection', () => void this.connections++);
  }

  /** Listens on a free port of 127.0.0.1, and behaves. */
  static async start(options: FeedUpstreamOptions = {}): Promise<FeedUpstream> {
    const upstream = new FeedUpstream(options);
    await once(upstream.server.listen(0, address), 'listening');
    return upstream;
  }

  /** `host:port`, as it is allowed in the settings. */
  get host(): string {
    return `${address}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Of a feed. */
  urlOf(name: string): string {
    return `http://${this.host}/feeds/${name}`;
  }

  /** What a feed says from now on. */
  setFeed(name: string, articles: readonly FeedArticle[], format: FeedFormat = 'rss'): void {
    const mediaType = format === 'rss' ? 'application/rss+xml' : 'application/atom+xml';
    this.setDocument(`/feeds/${name}`, renderFeed(name, articles, format), mediaType);
  }

  /** What stands at a path from now on: a text, or a value as JSON. */
  setDocument(path: string, content: unknown, mediaType = 'application/json'): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    if (this.documents.get(path)?.text !== text)
      this.documents.set(path, { text, mediaType, changedAt: this.now() });
  }

  /** From now on there is nothing at that path. */
  remove(path: string): void {
    this.documents.delete(path);
  }

  /** Requests that come misbehave so; where several modes are meant for one, the first that was set goes first. */
  behave(mode: FeedMisbehaviour, { path, times = Number.POSITIVE_INFINITY }: FeedScope = {}): void {
    this.rules.push({ mode, path, left: times });
  }

  /** Requests that come are answered as they should; those that hang already hang on. */
  heal(): void {
    this.rules = [];
  }

  /** How many of the requests since the `from`th were answered with that status. */
  answered(status: number, from = 0): number {
    return this.log.slice(from).filter((request) => request.status === status).length;
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

  private async serve({ url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: FeedRequest = { path: url, headers, status: null };
    this.log.push(request);
    this.arrivals.emit('request');
    this.underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    const gone = new AbortController();
    response.once('finish', () => void this.underWay--);
    response.once('close', () => {
      if (!response.writableFinished) this.underWay--;
      gone.abort();
    });
    const document = this.documents.get(url);
    const mode = this.take(url);
    try {
      if (document !== undefined || mode !== null)
        await this.answer(document, mode, headers, response, gone.signal);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found');
    } catch (error) {
      // Who is gone wants no answer.
      if (!gone.signal.aborted) throw error;
    } finally {
      if (response.headersSent) request.status = response.statusCode;
    }
  }

  private answer(
    document: ServedDocument | undefined,
    mode: FeedMisbehaviour | null,
    asked: IncomingMessage['headers'],
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const empty = { text: '', mediaType: 'text/plain', changedAt: 0 };
    response.sendDate = false;
    return serveDocument({ document: document ?? empty, asked, response, mode, now: this.now(), gone });
  }

  private take(path: string): FeedMisbehaviour | null {
    const rule = this.rules.find((each) => each.left > 0 && (each.path ?? path) === path);
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.mode;
  }
}
