import { VirtualClock } from '../../testing/virtual-clock.js';
import { answerFacts, isOfUrl } from './answer-facts.js';

/** The answer began 200 ms after it was asked for, just now. */
function factsOf(
  headers: Record<string, string | string[]>,
  clock = new VirtualClock(Date.UTC(2026, 0, 1, 12)),
) {
  const answeredAt = clock.now();
  return answerFacts(headers, { clock, askedAt: answeredAt - 200, answeredAt, urlHash: 'url' });
}

const now = Date.UTC(2026, 0, 1, 12);
const at = (ms: number) => new Date(now + ms).toUTCString();

describe('what an answer tells of itself (SI-5)', () => {
  it.each([
    ['its Date', { date: at(-3_000) }, -3_000],
    ['the request, where it has a Date later than that', { date: at(0) }, -200],
    ['the request, without a Date', {}, -200],
    ['the request, where the Date cannot be read', { date: 'yesterday' }, -200],
    ['the request, where the Date is a little ahead of us', { date: at(5_000) }, -200],
    ['its Age before the request', { date: at(0), age: '30' }, -30_200],
    ['its Date, where that is older than its Age', { date: at(-60_000), age: '30' }, -60_000],
    ['an Age that is no date any more', { age: '9'.repeat(400) }, -2_147_483_648_200],
    ['the request, where the Age is no number', { age: '-5' }, -200],
  ])('is as old as %s says (RFC 9111, 4.2.3) (SI-3)', (_of, headers, ms) => {
    expect(factsOf(headers).observedAt).toBe(now + ms);
  });

  it('is not believed when its Date is more than 5 s ahead of our clock (SI-3)', () => {
    expect(() => factsOf({ date: at(6_000) })).toThrow('The clock of the source is 6 s ahead of ours');
    expect(() => factsOf({ date: at(6_000) })).toThrow(expect.objectContaining({ fault: 'clock-skew' }));
  });

  it('is judged by our clock of the moment it began, however long its body took (SI-3)', async () => {
    const clock = new VirtualClock(now);
    await clock.advance(8_000);
    const moment = { clock, askedAt: now, answeredAt: now, urlHash: 'url' };
    expect(() => answerFacts({ date: at(6_000) }, moment)).toThrow('6 s ahead');
  });

  it.each([
    [null, {}],
    [null, { 'last-modified': at(-86_400_000) }],
    [null, { 'cache-control': 'public, s-maxage=5' }],
    [null, { 'cache-control': 'immutable' }],
    [30_000, { 'cache-control': 'max-age=30' }],
    [30_000, { 'cache-control': 'Public, Max-Age=30' }],
    [30_000, { 'cache-control': 'private, max-age="30", s-maxage=5' }],
    [30_000, { 'cache-control': ['public', 'max-age=30'] }],
    [0, { 'cache-control': 'max-age=0' }],
    [0, { 'cache-control': 'max-age=-1' }],
    [0, { 'cache-control': 'no-cache, max-age=30' }],
    [0, { 'cache-control': 'no-store' }],
    [0, { pragma: 'no-cache' }],
    [30_000, { pragma: 'no-cache', 'cache-control': 'max-age=30' }],
    [20_000, { date: at(0), expires: at(20_000) }],
    [0, { date: at(0), expires: at(-1_000) }],
    [0, { expires: '0' }],
    [30_000, { expires: at(-1_000), 'cache-control': 'max-age=30' }],
  ] as const)('stands for %p ms by %p (SI-5)', (ms, headers) => {
    expect(factsOf(headers as Record<string, string>).freshForMs).toBe(ms);
  });

  it('keeps what freshness and validation need, and no cookie (SI-5)', () => {
    const facts = factsOf({
      etag: 'W/"a"',
      'last-modified': at(0),
      'set-cookie': 'secret=1',
      vary: 'cookie',
    });
    expect(facts).toMatchObject({ etag: 'W/"a"', lastModified: at(0) });
    expect(JSON.stringify(facts)).not.toContain('secret');
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    expect([
      isOfUrl(facts, 'url'),
      isOfUrl(facts, 'other'),
      isOfUrl({ ...facts, policy: null }, 'url'),
    ]).toEqual([true, false, false]);
  });

  it('is taken over by a 304 but for what that says itself, its Date and its Age (SI-5)', () => {
    const clock = new VirtualClock(now);
    const moment = { clock, askedAt: now, answeredAt: now, urlHash: 'url' };
    const whole = answerFacts(
      { etag: '"a"', age: '50', date: at(-60_000), 'cache-control': 'max-age=90' },
      moment,
    );
    expect(answerFacts({}, moment, whole)).toMatchObject({
      etag: '"a"',
      freshForMs: 90_000,
      observedAt: now,
    });
    expect(answerFacts({ 'cache-control': 'max-age=10', etag: 'W/"a"' }, moment, whole)).toMatchObject({
      etag: 'W/"a"',
      freshForMs: 10_000,
    });
    const again = answerFacts({ 'last-modified': at(-5_000) }, moment, answerFacts({}, moment, whole));
    expect(again).toMatchObject({ etag: '"a"', lastModified: at(-5_000), freshForMs: 90_000 });
  });
});
