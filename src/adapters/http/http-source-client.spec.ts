import { gzipSync } from 'node:zlib';
import { pollUntil } from '../../../test/support/poll-until.js';
import { SourceRig } from '../../../test/support/source-rig.js';

const long = 'news of a kind '.repeat(2_000);

describe('a source that is asked (SI-5)', () => {
  let rig: SourceRig;
  beforeEach(async () => {
    rig = await SourceRig.start();
    rig.upstream.setDocument('/a', long, 'Text/Plain; charset=utf-8');
  });
  afterEach(() => rig.close());

  it('answers with a text, its media type and what it tells of itself (SI-5)', async () => {
    const answer = await rig.body(rig.at('/a'));
    expect([answer.text, answer.mediaType]).toEqual([long, 'text/plain']);
    expect(answer.facts).toMatchObject({ observedAt: rig.clock.wall(), freshForMs: null });
    expect(answer.facts.etag).toMatch(/^"[0-9a-f]{16}"$/);
  });

  it.each(['gzip', 'deflate', 'deflate-raw', 'br'] as const)(
    'may compress its answer by %s (SI-5)',
    async (by) => {
      rig.upstream.behave({ kind: 'compressed', by });
      expect((await rig.body(rig.at('/a'))).text).toBe(long);
      expect(rig.upstream.requests[0]?.headers['accept-encoding']).toBe('gzip, deflate, br');
    },
  );

  it.each([
    ['encoding', { kind: 'headers', headers: { 'content-encoding': 'zstd' } }],
    ['encoding', { kind: 'headers', headers: { 'content-encoding': 'gzip, gzip' } }],
    ['encoding', { kind: 'headers', headers: { 'content-encoding': 'gzip' } }],
    ['encoding', { kind: 'headers', headers: { 'content-type': 'text/plain; charset=klingon' } }],
    [
      'encoding',
      { kind: 'bytes', bytes: gzipSync(long).subarray(0, 40), headers: { 'content-encoding': 'gzip' } },
    ],
    ['too-large', 'huge'],
    ['too-large', 'gzip-bomb'],
    ['network', 'reset'],
    ['status', { kind: 'status', status: 500 }],
    ['status', { kind: 'status', status: 403 }],
    ['status', { kind: 'status', status: 204 }],
    ['status', 'always-not-modified'],
    [
      'clock-skew',
      { kind: 'headers', headers: { date: new Date(Date.UTC(2026, 0, 1, 12, 0, 6)).toUTCString() } },
    ],
    ['redirect', { kind: 'status', status: 301 }],
    ['address', { kind: 'redirect', to: 'http://[' }],
  ] as const)('is refused with the fault %p for %j (SI-5)', async (fault, mode) => {
    rig.upstream.behave(mode);
    expect((await rig.refusal(rig.at('/a'))).fault).toBe(fault);
  });

  it('is asked over connections that were made before, and left by those that were refused (SI-5)', async () => {
    for (let nth = 0; nth < 10; nth++) await rig.ask(rig.at('/a'));
    expect(rig.upstream.connections).toBeLessThanOrEqual(2);
    rig.upstream.behave('huge', { times: 3 });
    for (let nth = 0; nth < 3; nth++) await rig.refusal(rig.at('/a'));
    await pollUntil(() => rig.upstream.underWay === 0, 'no request is under way');
    expect((await rig.body(rig.at('/a'))).text).toBe(long);
  });

  it.each([404, 410])('says by %p that there is nothing (SI-5)', async (status) => {
    rig.upstream.behave({ kind: 'status', status });
    expect(await rig.ask(rig.at('/a'))).toEqual({ kind: 'absent' });
  });

  it.each(['hang', 'drip'] as const)('is given up at the deadline when it does %s (SI-5)', async (mode) => {
    rig.upstream.behave(mode);
    const controller = new AbortController();
    const refusal = rig.refusal(rig.at('/a'), { signal: controller.signal });
    await rig.upstream.received(1);
    controller.abort(new Error('too late'));
    expect(await refusal).toMatchObject({ message: 'too late' });
    rig.upstream.heal();
    expect((await rig.body(rig.at('/a'))).text).toBe(long);
  });

  it("gets the headers that were meant for it, and none that are the client's own (SI-5)", async () => {
    const headers = { 'X-Key': 'k', Host: 'other.example', 'If-None-Match': '*', Accept: 'text/html' };
    await rig.ask(rig.at('/a'), { headers });
    expect(rig.upstream.requests[0]?.headers).toMatchObject({
      'x-key': 'k',
      host: rig.upstream.host,
      accept: '*/*',
    });
    expect(rig.upstream.requests[0]?.headers).not.toHaveProperty('if-none-match');
  });

  it('is asked by two requests at once and not more (SI-5)', async () => {
    rig.upstream.behave({ kind: 'slow', delayMs: 5 });
    await Promise.all(Array.from({ length: 20 }, () => rig.ask(rig.at('/a'))));
    expect([rig.upstream.mostAtOnce, rig.upstream.requests.length]).toEqual([2, 20]);
    expect(rig.upstream.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['seconds', '30', 30_000],
    ['a date', new Date(Date.UTC(2026, 0, 1, 12, 0, 30)).toUTCString(), 30_000],
    ['more than an hour', '86400', 3_600_000],
  ])('is left alone for as long as it says in %s (SI-5)', async (_form, retryAfter, ms) => {
    rig.upstream.behave({ kind: 'rate-limited', retryAfter }, { times: 1 });
    expect(await rig.refusal(rig.at('/a'))).toMatchObject({ fault: 'status', status: 429, retryAfterMs: ms });
    await rig.clock.advance(ms - 1_000);
    expect(await rig.refusal(rig.at('/b'))).toMatchObject({ fault: 'held-off', retryAfterMs: 1_000 });
    expect(rig.upstream.requests).toHaveLength(1);
    await rig.clock.advance(1_000);
    expect((await rig.body(rig.at('/a'))).text).toBe(long);
  });

  it.each([
    ['429 without Retry-After', { kind: 'rate-limited' }],
    ['429 with a Retry-After that nobody can read', { kind: 'rate-limited', retryAfter: 'soon' }],
    [
      '429 until a moment that has passed',
      { kind: 'rate-limited', retryAfter: 'Thu, 01 Jan 2015 00:00:00 GMT' },
    ],
    ['500 with a Retry-After', { kind: 'status', status: 500, headers: { 'retry-after': '60' } }],
  ] as const)('is asked again at once after %s (SI-5)', async (_, mode) => {
    rig.upstream.behave(mode, { times: 1 });
    expect(await rig.refusal(rig.at('/a'))).toMatchObject({ fault: 'status', retryAfterMs: 0 });
    expect((await rig.body(rig.at('/a'))).text).toBe(long);
  });

  it('is not named with its query or headers in an error (SI-5)', async () => {
    rig.upstream.behave('reset');
    const error = await rig.refusal(rig.at('/a?key=secret'), { headers: { 'x-key': 'secret' } });
    expect(JSON.stringify([error.message, error.context, error.cause ?? null])).not.toContain('secret');
  });
});
