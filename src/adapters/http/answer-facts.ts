import CachePolicy from 'http-cache-semantics';
import type { Clock } from '../../core/index.js';
import type { AnswerFacts } from './conditional-request.js';
import { SourceRequestError } from './source-request.error.js';

/** A source whose clock is further ahead than this is wrong (SI-3). */
const mostAheadMs = 5_000;

/** What freshness is reckoned by; nothing else of an answer is kept, and of a request nothing at all. */
const kept = ['date', 'age', 'cache-control', 'expires', 'pragma', 'etag', 'last-modified'] as const;
/** Of the request that they belong to: an older answer's are not those of a 304. */
const ofOneRequest = new Set(['date', 'age']);

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type KeptHeaders = Record<string, string>;

export interface AnswerMoment {
  readonly clock: Clock;
  /** When the request was sent, and when its answer began, on the clock's timeline. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Stands for the URL that was asked. */
  readonly urlHash: string;
}

/**
 * What an answer tells of itself (RFC 9111, 4.2). A 304 has the headers that changed; the others are those of the
 * answer that it confirms.
 * @throws SourceRequestError `clock-skew`
 */
export function answerFacts(headers: Headers, moment: AnswerMoment, confirmed?: AnswerFacts): AnswerFacts {
  const { clock, askedAt, answeredAt, urlHash } = moment;
  const toWall = clock.wall() - clock.now();
  const wall = answeredAt + toWall;
  const merged = { ...(confirmed && headersOf(confirmed)), ...keptOf(headers) };
  const { etag = null, 'last-modified': lastModified = null, age } = merged;
  const date = Date.parse(merged['date'] ?? '');
  if (date - wall > mostAheadMs) {
    const seconds = Math.round((date - wall) / 1_000);
    throw new SourceRequestError('clock-skew', `The clock of the source is ${seconds} s ahead of ours`);
  }
  // Counted from the request: how long the answer was on its way is part of its age.
  const observedWall = askedAt + toWall - secondsOf(age) * 1_000;
  const observedAt = Math.floor(Number.isNaN(date) ? observedWall : Math.min(date, observedWall));
  const policy = policyOf(merged, urlHash, wall);
  return { etag, lastModified, observedAt, freshForMs: freshForMs(policy), policy: policy.toObject() };
}

/** Whether these facts are of an answer to this URL: a validator says nothing of another one. */
export const isOfUrl = ({ policy }: AnswerFacts, urlHash: string): boolean =>
  (policy as Partial<CachePolicy.CachePolicyObject> | null)?.u === urlHash;

const headersOf = ({ policy }: AnswerFacts): KeptHeaders => {
  const { resh } = policy as CachePolicy.CachePolicyObject;
  return Object.fromEntries(Object.entries(keptOf(resh)).filter(([name]) => !ofOneRequest.has(name)));
};

function keptOf(headers: Headers): KeptHeaders {
  const entries = kept.flatMap((name) => {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(', ') : value;
    // Directives are the same in any case; the library knows them in lower case.
    return text === undefined ? [] : [[name, name === 'cache-control' ? text.toLowerCase() : text] as const];
  });
  return Object.fromEntries(entries);
}

/** A cache of one user, without guesses: what says nothing of its freshness has said nothing. */
const withoutGuesses = { shared: false, cacheHeuristic: 0, immutableMinTimeToLive: 0 };

function policyOf(headers: KeptHeaders, urlHash: string, wall: number): CachePolicy {
  class PolicyAtThisMoment extends CachePolicy {
    now(): number {
      return wall;
    }
  }
  return new PolicyAtThisMoment(
    { method: 'GET', url: urlHash, headers: {} },
    { status: 200, headers },
    withoutGuesses,
  );
}

function freshForMs(policy: CachePolicy): number | null {
  const { resh, rescc } = policy.toObject();
  const isSaid =
    ['max-age', 'no-cache', 'no-store'].some((name) => name in rescc) || resh['expires'] !== undefined;
  return isSaid ? Math.max(0, Math.floor(policy.maxAge() * 1_000)) : null;
}

/** What is older than this is this old (RFC 9111, 1.2.2). */
const mostSeconds = 2_147_483_648;

function secondsOf(age: string | undefined): number {
  return age !== undefined && /^\d+$/.test(age.trim()) ? Math.min(Number(age), mostSeconds) : 0;
}
