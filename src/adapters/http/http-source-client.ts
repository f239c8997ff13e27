import { createHash } from 'node:crypto';
import type { Clock } from '../../core/index.js';
import { answerFacts, isOfUrl } from './answer-facts.js';
import type { AnswerFacts, ConditionalAnswer, ConditionalRequest } from './conditional-request.js';
import { decodeText } from './decode-text.js';
import type { SourceClientOptions } from './source-client.options.js';
import { SourceExchange, type Exchanged } from './source-exchange.js';
import { SourceRequestError } from './source-request.error.js';
import { readTarget } from './source-target.js';

const mostRedirects = 3;
/** Those that the client says by itself, and those that make two requests of one. */
const ownHeaders = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-modified-since',
  'if-none-match',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

interface Hop extends Exchanged {
  readonly urlHash: string;
  readonly isConditional: boolean;
}

/** Asks sources over HTTP, conditionally, within all limits of SI-5. */
export class HttpSourceClient {
  private readonly clock: Clock;
  private readonly allowed: ReadonlySet<string>;
  private readonly exchange: SourceExchange;

  constructor(options: SourceClientOptions) {
    this.clock = options.clock;
    this.allowed = new Set(options.allowed);
    this.exchange = new SourceExchange({ ...options, allowed: this.allowed });
  }

  /** @throws SourceRequestError, and the signal's reason once it is aborted */
  async ask(request: ConditionalRequest): Promise<ConditionalAnswer> {
    const hop = await this.follow(request);
    if (hop.status === 404 || hop.status === 410) return { kind: 'absent' };
    const { held } = request;
    if (hop.status === 200) return this.bodyOf(hop);
    if (!hop.isConditional || held === null)
      throw new SourceRequestError('status', 'The source answered 304 to what was no question', {
        status: 304,
      });
    // It confirms something that is not what is held: what it is takes a whole answer.
    if (isOtherTag(held.etag, hop.headers['etag'])) return this.ask({ ...request, held: null });
    return { kind: 'not-modified', facts: answerFacts(hop.headers, this.momentOf(hop), held) };
  }

  /** What is under way fails. */
  close(): Promise<void> {
    return this.exchange.close();
  }

  private async follow(request: ConditionalRequest): Promise<Hop> {
    const { accept, headers = {}, held, signal } = request;
    let url = readTarget(request.url, this.allowed);
    let own = withoutOwn(headers);
    for (let redirects = 0; ; redirects++) {
      const urlHash = hashOf(url);
      const conditions = held !== null && isOfUrl(held, urlHash) ? conditionsOf(held) : {};
      const sent = {
        'user-agent': 'lastgood',
        ...own,
        accept,
        'accept-encoding': 'gzip, deflate, br',
        ...conditions,
      };
      const answer = await this.exchange.ask(url, sent, signal);
      if (answer.status < 300 || answer.status === 304 || answer.status >= 400)
        return { ...answer, urlHash, isConditional: Object.keys(conditions).length > 0 };
      if (redirects === mostRedirects)
        throw new SourceRequestError('redirect', `${url.host} leads on after ${mostRedirects} redirects`);
      const next = this.leadsTo(url, answer.headers['location']);
      // Whatever was meant for the one, such as a key, is nobody else's.
      if (next.origin !== url.origin) own = {};
      url = next;
    }
  }

  private leadsTo(from: URL, location: string | string[] | undefined): URL {
    if (typeof location !== 'string')
      throw new SourceRequestError('redirect', `${from.host} leads on without saying where to`);
    return readTarget(location, this.allowed, from);
  }

  private bodyOf(hop: Hop): ConditionalAnswer {
    const contentType = String(hop.headers['content-type'] ?? '');
    return {
      kind: 'body',
      text: decodeText(hop.body, contentType),
      mediaType: (contentType.split(';', 1)[0] ?? '').trim().toLowerCase(),
      facts: answerFacts(hop.headers, this.momentOf(hop)),
    };
  }

  private momentOf({ askedAt, answeredAt, urlHash }: Hop) {
    return { clock: this.clock, askedAt, answeredAt, urlHash };
  }
}

/** A URL may hold a key, and facts are stored in every tier. */
const hashOf = (url: URL) => createHash('sha256').update(url.href).digest('hex').slice(0, 16);

const withoutOwn = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !ownHeaders.has(name)),
  );

const conditionsOf = ({ etag, lastModified }: AnswerFacts): Record<string, string> => ({
  ...(etag !== null && { 'if-none-match': etag }),
  ...(lastModified !== null && { 'if-modified-since': lastModified }),
});

const nameOf = (tag: string) => tag.replace(/^\s*W\//, '').trim();

/** Weak and strong tags of one name are the same for a question like ours (RFC 9110, 8.8.3.2). */
function isOtherTag(held: string | null, said: string | string[] | undefined): boolean {
  return held !== null && typeof said === 'string' && nameOf(said) !== nameOf(held);
}
