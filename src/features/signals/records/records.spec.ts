import * as fc from 'fast-check';
import { signalTypeOf } from '../../../../test/support/signal-type-of.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { AnswerFacts } from '../../../platform/sources/index.js';
import { factsOf } from './facts-of.js';
import { limitOf } from './limit-of.js';
import { makeRecord } from './make-record.js';
import { observationOf } from './observation-of.js';
import { parseMoment } from './parse-moment.js';
import { readPointer } from './read-pointer.js';
import { recordCodec } from './record.codec.js';

const now = Date.UTC(2026, 0, 1, 12);
const iso = (at: number) => new Date(at).toISOString();
const byStart = {
  starts_at: '/starts_at',
  steps: [
    { before: '1h', ttl: '60s' },
    { before: '0s', ttl: '30s' },
  ],
};
const odds = signalTypeOf({ ttl: '120s', ttl_by_start: byStart });

describe('observationOf', () => {
  it('is what the source told, never later than now (SI-3)', () => {
    expect(observationOf(iso(now - 40_000), now)).toEqual({ observedAt: now - 40_000, fault: null });
    expect(observationOf(iso(now + 5_000), now)).toEqual({ observedAt: now, fault: null });
    expect(observationOf(now - 1, now)).toEqual({ observedAt: now - 1, fault: null });
    expect(observationOf(-1e300, now)).toEqual({ observedAt: 0, fault: null });
  });

  it('a source that is more than 5 s ahead is in error (SI-3)', () => {
    expect(observationOf(iso(now + 5_001), now)).toEqual({
      fault: 'clock-skew',
      message: 'is 5001 ms ahead of our clock; clocks may differ by 5000 ms',
    });
  });

  it.each([
    undefined,
    null,
    '',
    'yesterday',
    '2026-01-01',
    '2026-01-01T12:00:00',
    '2026-13-01T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-04-31T12:00:00+02:00',
    {},
    Number.NaN,
  ])('what is no moment is told: %j (SI-3)', (told) => {
    expect(observationOf(told, now)).toMatchObject({ fault: 'no-moment' });
  });

  it('zones count (SI-3)', () => {
    expect(parseMoment('2026-01-01T14:00:00.250+02:00')).toBe(now + 250);
    expect(parseMoment('2026-01-01T12:00Z')).toBe(now);
  });

  it('29 February is a day of leap years (SI-3)', () => {
    expect(parseMoment('2028-02-29T12:00:00Z')).toBe(Date.UTC(2028, 1, 29, 12));
  });
});

describe('limitOf', () => {
  it.each([
    ['long before the start', 7_200_000, 120_000],
    ['in the last hour', 1_800_000, 60_000],
    ['in play', -60_000, 30_000],
    ['at kick-off', 0, 30_000],
    ['20 s before kick-off: it does not outlive the limit in play', 20_000, 30_000],
    ['45 s before kick-off: past its limit when the game begins', 45_000, 45_000],
    ['3,650 s before: the last hour begins when it is 50 s old', 3_650_000, 60_000],
    ['3,700 s before: it ends when the last hour begins', 3_700_000, 100_000],
  ])('%s (SI-8)', (_name, inMs, limitMs) => {
    expect(limitOf(odds, { starts_at: iso(now + inMs) }, now)).toBe(limitMs);
  });

  it('where no start is known, the limit of the type holds (SI-8)', () => {
    expect(limitOf(odds, { starts_at: null }, now)).toBe(120_000);
    expect(limitOf(odds, {}, now)).toBe(120_000);
    expect(limitOf(signalTypeOf(), { starts_at: iso(now) }, now)).toBe(60_000);
  });

  it('is the first moment at which the age reaches the limit of that moment (SI-8)', () => {
    const seconds = fc.integer({ min: 1, max: 40 });
    const step = fc.record({ before: fc.integer({ min: 0, max: 60 }), ttl: seconds });
    const property = fc.property(
      seconds,
      fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ({ before }) => before }),
      fc.integer({ min: -60, max: 120 }),
      (ttl, told, inSeconds) => {
        const steps = told
          .toSorted((one, other) => other.before - one.before)
          .reduce<{ beforeMs: number; ttlMs: number }[]>((all, each) => {
            const most = all.at(-1)?.ttlMs ?? ttl * 1_000;
            return [...all, { beforeMs: each.before * 1_000, ttlMs: Math.min(most, each.ttl * 1_000) }];
          }, []);
        const startsAt = now + inSeconds * 1_000;
        const limitAt = (at: number) => {
          const reached = steps.filter(({ beforeMs }) => startsAt - at <= beforeMs);
          return reached.at(-1)?.ttlMs ?? ttl * 1_000;
        };
        let ageMs = 0;
        while (ageMs < limitAt(now + ageMs)) ageMs += 1_000;
        const type = { ttlMs: ttl * 1_000, ttlByStart: { startsAt: '/s', steps } };
        expect(limitOf(type, { s: iso(startsAt) }, now)).toBe(ageMs);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });
});

describe('makeRecord', () => {
  const facts = (freshForMs: number | null): AnswerFacts => ({
    etag: '"a"',
    lastModified: 'Thu, 01 Jan 2026 12:00:00 GMT',
    observedAt: now,
    freshForMs,
    policy: null,
  });
  const type = signalTypeOf();

  it.each([
    [null, 60_000],
    [10_000, 10_000],
    [600_000, 60_000],
    [500, 500],
  ])(
    'an answer that stands for %p ms has a limit of %p ms: shortened, never lengthened (SI-5)',
    (freshForMs, ttl) => {
      const record = makeRecord(type, { at: iso(now) }, { observedAt: now, http: facts(freshForMs) });
      expect(record).toMatchObject({ ttl_ms: ttl, etag: '"a"', observed_at: iso(now), schema_version: 1 });
      expect(record.last_modified).toBe('Thu, 01 Jan 2026 12:00:00 GMT');
    },
  );

  it('what the answer says counts from the answer, the limit of the type from the observation (SI-5)', () => {
    const record = makeRecord(type, {}, { observedAt: now - 40_000, http: facts(10_000) });
    expect(record.ttl_ms).toBe(50_000);
  });

  it('of what was pushed there is no validator (SI-9)', () => {
    expect(makeRecord(type, 1, { observedAt: now, http: null })).toMatchObject({
      etag: null,
      last_modified: null,
      http: null,
    });
  });
});

describe('factsOf', () => {
  it('ages from the observation, on the timeline of the clock (SI-3)', () => {
    const clock = new VirtualClock(now);
    const record = makeRecord(odds, {}, { observedAt: now - 40_000, http: null });
    expect(factsOf(record, clock)).toEqual({ confirmedAt: now - 40_000, maxAgeMs: 120_000 });
    clock.stepWall(10_000);
    expect(factsOf(record, clock)).toEqual({ confirmedAt: now - 50_000, maxAgeMs: 120_000 });
    clock.stepWall(-60_000);
    expect(factsOf(record, clock).confirmedAt).toBe(now);
  });
});

describe('recordCodec', () => {
  const type = signalTypeOf({ schema_version: 2, schema: { type: 'object', required: ['at'] } });
  const codec = recordCodec(type);
  const record = makeRecord(type, { at: iso(now) }, { observedAt: now, http: null });

  it('reads what it wrote (SI-6)', () => {
    expect(codec.decode(JSON.parse(JSON.stringify(codec.encode(record))), 2)).toEqual(record);
  });

  it.each<[string, unknown, number]>([
    ['another version of the schema', { ...record, schema_version: 1 }, 1],
    ['a version that lies', { ...record, schema_version: 1 }, 2],
    ['a value that the schema refuses', { ...record, value: {} }, 2],
    ['no observation', { ...record, observed_at: 'soon' }, 2],
    ['an observation of another kind', { ...record, observed_at: 7 }, 2],
    ['no limit', { ...record, ttl_ms: '60' }, 2],
    ['a limit of nothing', { ...record, ttl_ms: 0 }, 2],
    ['no value', { schema_version: 2, observed_at: iso(now), ttl_ms: 1 }, 2],
    ['nothing', null, 2],
  ])('does not read %s (SI-2)', (_name, json, schema) => {
    expect(() => codec.decode(json, schema)).toThrow(TypeError);
  });

  it('what was written under a longer limit has the one of now (SI-3)', () => {
    expect(codec.decode({ ...record, ttl_ms: 900_000 }, 2).ttl_ms).toBe(60_000);
  });
});

describe('readPointer', () => {
  it('finds what RFC 6901 says (SI-3)', () => {
    const document = { 'a/b': { '~x': [{ at: 1 }] }, '': 2 };
    expect(readPointer(document, '/a~1b/~0x/0/at')).toBe(1);
    expect(readPointer(document, '/')).toBe(2);
    expect(readPointer(document, '/a~1b/none')).toBeUndefined();
    expect(readPointer(document, '/constructor')).toBeUndefined();
    expect(readPointer('text', '/0')).toBeUndefined();
  });
});
