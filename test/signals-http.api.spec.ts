import { exampleOdds, signalsPath } from './support/example-odds.js';
import { pollUntil } from './support/poll-until.js';
import { oddsType, runtimeOf } from './support/signal-runtime.js';
import { TestApp } from './support/test-app.js';

const types = {
  odds: oddsType(),
  quick: { ...oddsType('1s'), key: 'quick:{game_id}' },
  dead: { ttl: '60s', key: 'dead:{game_id}', source: { http: 'http://127.0.0.1:1/{game_id}' } },
};
const env = { ...runtimeOf(types), SIGNALS_ALLOWED_HOSTS: '127.0.0.1:1' };

describe('signals over HTTP (SI-4, SI-9)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env })));
  afterAll(() => lastgood.dispose());

  const read = (id: string, query = '') => lastgood.ask(`${signalsPath}/${id}${query}`);
  const push = (id: string, value: unknown, headers = {}) =>
    lastgood.ask(`${signalsPath}/${id}`, { as: 'writer', method: 'POST', body: { value }, headers });
  const require = (...refs: object[]) =>
    lastgood.ask(`${signalsPath}/require`, { method: 'POST', body: { refs } });

  it('are given with their age, their limit and what is left, to be kept by nobody (SI-4)', async () => {
    const value = exampleOdds(1.8, 5_000);
    expect((await push('odds/g1:dk:h2h', value)).body).toMatchObject({
      outcome: 'stored',
      observedAt: value.timestamp,
      tiers: { memory: 'stored' },
      repeated: false,
    });
    const { status, body, headers } = await read('odds/g1:dk:h2h');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ type: 'odds', id: 'g1:dk:h2h', value, limitMs: 60_000, source: 'memory' });
    const { ageMs, leftMs, validUntil } = body as unknown as {
      ageMs: number;
      leftMs: number;
      validUntil: string;
    };
    expect(ageMs).toBeGreaterThanOrEqual(5_000);
    expect(ageMs + leftMs).toBeCloseTo(60_000);
    expect(Date.parse(validUntil)).toBe(Date.parse(value.timestamp) + 60_000);
    expect(headers.get('age')).toBe(String(Math.floor(ageMs / 1_000)));
  });

  it('are expired for whoever asks for a younger one, with 503 and when to come back (SI-4)', async () => {
    await push('odds/g2:dk:h2h', exampleOdds(1.8, 10_000));
    expect((await read('odds/g2:dk:h2h', '?maxAgeMs=30000')).body).toMatchObject({ limitMs: 30_000 });
    const { status, body, headers } = await read('odds/g2:dk:h2h', '?maxAgeMs=9000');
    expect([status, body['code'], headers.get('cache-control')]).toEqual([503, 'signal-expired', 'no-store']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('past their limit are in no answer, and each attempt is counted (SI-4, SI-10)', async () => {
    await push('quick/g1', exampleOdds());
    expect((await read('quick/g1')).status).toBe(200);
    await pollUntil(async () => (await read('quick/g1')).status === 503, 'it is past its limit');
    const { body } = await read('quick/g1');
    expect(body['code']).toBe('signal-expired');
    const { text } = await lastgood.ask('/metrics', { as: 'viewer' });
    expect(Number(/^ttl_violation_total\{data_type="quick"\} (\d+)/m.exec(text)?.[1])).toBeGreaterThanOrEqual(
      2,
    );
    expect(text).toMatch(/^signal_reads_total\{data_type="quick",result="hit"\} [1-9]/m);
    expect(text).toMatch(/^signal_oldest_age_ratio\{data_type="odds"\} 0\.\d+$/m);
  });

  it.each([
    ['a type that there is not', 'weather/x', 404, 'signal-type-unknown'],
    ['one that nobody pushed', 'odds/none:dk:h2h', 404, 'signal-missing'],
    ['an id with too few parts', 'odds/g1:dk', 400, 'signal-id-invalid'],
    ['an id with a part that is none', 'odds/g1:d%20k:h2h', 400, 'signal-id-invalid'],
    ['one whose source cannot be asked', 'dead/x', 502, 'signal-source-failed'],
  ])('%s: says so', async (_, id, status, code) => {
    const answer = await read(id);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it.each(['0', '-1', '1.5', 'x', '99999999999'])('refuse maxAgeMs=%s by its name', async (maxAgeMs) => {
    const { status, body } = await read('odds/g1:dk:h2h', `?maxAgeMs=${maxAgeMs}`);
    expect([status, body['detail']]).toEqual([400, expect.stringContaining('maxAgeMs')]);
  });

  it('all of an inference, at one instant; the one that expires first tells until when (SI-4)', async () => {
    const [older, newer] = [exampleOdds(1.5, 20_000), exampleOdds(1.6)];
    await push('odds/g3:dk:h2h', older);
    await push('odds/g3:fd:h2h', newer);
    const { status, body } = await require({ type: 'odds', id: 'g3:dk:h2h' }, {
      type: 'odds',
      id: 'g3:fd:h2h',
      maxAgeMs: 50_000,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ signals: [{ value: older }, { value: newer, limitMs: 50_000 }] });
    const validUntil = Date.parse(body['validUntil'] as unknown as string);
    expect(Math.abs(validUntil - Date.parse(older.timestamp) - 60_000)).toBeLessThan(50);
  });

  it('all of an inference, or every one that cannot be used (SI-4)', async () => {
    await push('odds/g4:dk:h2h', exampleOdds(1.5, 20_000));
    const { status, body } = await require({ type: 'odds', id: 'g4:dk:h2h', maxAgeMs: 10_000 }, {
      type: 'odds',
      id: 'none:dk:h2h',
    }, { type: 'dead', id: 'x' });
    expect(status).toBe(503);
    expect(body).toMatchObject({
      code: 'signals-not-ready',
      faults: [
        { type: 'odds', id: 'g4:dk:h2h', code: 'signal-expired', limitMs: 10_000 },
        { type: 'odds', id: 'none:dk:h2h', code: 'signal-missing' },
        { type: 'dead', id: 'x', code: 'signal-source-failed' },
      ],
    });
    expect(body['signals']).toBeUndefined();
  });

  it.each([
    ['none', []],
    ['101', Array.from({ length: 101 }, (_, at) => ({ type: 'odds', id: `g${at}:dk:h2h` }))],
    ['a field that means nothing', [{ type: 'odds', id: 'g1:dk:h2h', limit: 1 }]],
  ])('%s of an inference is refused', async (_, refs) => {
    expect((await require(...refs)).status).toBe(400);
  });

  it('cannot be listed where nobody can tell which there are', async () => {
    const { status, body } = await lastgood.ask(`${signalsPath}/odds?first=g1`);
    expect([status, body['code']]).toEqual([409, 'signal-not-listable']);
  });
});

describe('pushing signals over HTTP (SI-9)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env })));
  afterAll(() => lastgood.dispose());

  const push = (id: string, body: unknown, headers = {}) =>
    lastgood.ask(`${signalsPath}/${id}`, { as: 'writer', method: 'POST', body, headers });
  const priceOf = async (id: string) => (await lastgood.ask(`${signalsPath}/${id}`)).body['value']?.['price'];

  it('an older observation never takes the place of a newer one', async () => {
    await push('odds/g1:dk:h2h', { value: exampleOdds(2, 1_000) });
    const late = await push('odds/g1:dk:h2h', { value: exampleOdds(1, 5_000) });
    expect([late.status, late.body['outcome']]).toEqual([200, 'older-than-held']);
    expect(await priceOf('odds/g1:dk:h2h')).toBe(2);
  });

  it('again under its Idempotency-Key answers what was answered first', async () => {
    const body = { value: exampleOdds(3) };
    const headers = { 'idempotency-key': 'tick-1' };
    const first = await push('odds/g2:dk:h2h', body, headers);
    const second = await push('odds/g2:dk:h2h', body, headers);
    expect(second.body).toEqual({ ...first.body, repeated: true });
    const other = await push('odds/g2:dk:h2h', { value: exampleOdds(4) }, headers);
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
    expect((await push('odds/g2:dk:h2h', body, { 'idempotency-key': 'a b' })).status).toBe(400);
  });

  it("is a writer's, and nobody else's but an admin's", async () => {
    const statuses = ['client', 'viewer', 'editor', 'writer', 'admin'] as const;
    const asked = statuses.map(async (as) => {
      const ask = { as, method: 'POST', body: { value: exampleOdds() } };
      return (await lastgood.ask(`${signalsPath}/odds/g3:dk:h2h`, ask)).status;
    });
    expect(await Promise.all(asked)).toEqual([403, 403, 403, 200, 200]);
  });

  it.each([
    ['without a value', 'odds/g4:dk:h2h', {}, 400, 'request-invalid'],
    [
      'with a field that means nothing',
      'odds/g4:dk:h2h',
      { value: exampleOdds(), ttl: 1 },
      400,
      'request-invalid',
    ],
    ['without its moment', 'odds/g4:dk:h2h', { value: {} }, 422, 'signal-invalid'],
    ['past its limit on arrival', 'odds/g4:dk:h2h', { value: exampleOdds(1, 61_000) }, 422, 'signal-too-old'],
    ['of tomorrow', 'odds/g4:dk:h2h', { value: exampleOdds(1, -86_400_000) }, 422, 'signal-invalid'],
    ['of a type that has a source', 'dead/g4', { value: {} }, 409, 'signal-not-pushed'],
    ['of no type', 'weather/g4', { value: {} }, 404, 'signal-type-unknown'],
    ['with an id that is none', 'odds/g4', { value: exampleOdds() }, 400, 'signal-id-invalid'],
  ])('one %s is refused, and nothing is kept', async (_, id, body, status, code) => {
    const answer = await push(id, body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect((await lastgood.ask(`${signalsPath}/${id}`)).status).not.toBe(200);
  });

  it('takes bodies of up to 1 MiB, and says how many bytes there may be', async () => {
    const body = { value: { ...exampleOdds(), padding: 'x'.repeat(300 * 1_024) } };
    expect((await push('odds/g5:dk:h2h', body)).status).not.toBe(413);
    const tooLarge = await push('odds/g5:dk:h2h', { value: 'x'.repeat(1_048_576) });
    expect([tooLarge.status, tooLarge.body['detail']]).toEqual([413, expect.stringContaining('1048576')]);
  });
});
