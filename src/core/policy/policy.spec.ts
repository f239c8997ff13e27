import { resolvePolicy, type Policy } from './policy.js';

const policy: Policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 86_400_000,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0.1,
  invalidatedMaxStaleMs: 600_000,
};

describe('resolvePolicy', () => {
  it('makes every limit a number, null meaning none', () => {
    expect(
      resolvePolicy({
        ...policy,
        staleWhileRevalidateMs: null,
        staleIfErrorMs: null,
        invalidatedMaxStaleMs: null,
      }),
    ).toMatchObject({ revalidateMs: Infinity, staleMs: Infinity, invalidatedMaxStaleMs: Infinity });
    expect(resolvePolicy(policy)).toMatchObject({ revalidateMs: 60_000, staleMs: 86_400_000 });
  });

  it('lets the longer stale window end both', () => {
    expect(resolvePolicy({ ...policy, staleIfErrorMs: 1_000 })).toMatchObject({
      revalidateMs: 60_000,
      staleMs: 60_000,
    });
    expect(resolvePolicy({ ...policy, staleIfErrorMs: null }).staleMs).toBe(Infinity);
  });

  it('keeps 0 as 0: no window, no wait, no memory of absence, no jitter', () => {
    const zero = {
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      softTimeoutMs: 0,
      negativeMaxAgeMs: 0,
      jitter: 0,
      invalidatedMaxStaleMs: 0,
    };
    expect(resolvePolicy({ ...policy, ...zero })).toMatchObject({
      revalidateMs: 0,
      staleMs: 0,
      softTimeoutMs: 0,
      negativeMaxAgeMs: 0,
      jitter: 0,
      invalidatedMaxStaleMs: 0,
    });
  });

  it('is frozen: nobody changes a policy behind a namespace', () => {
    expect(Object.isFrozen(resolvePolicy(policy))).toBe(true);
  });

  const fields = Object.keys(policy) as (keyof Policy)[];

  it.each(fields)('names %s when it is negative', (field) => {
    expect(() => resolvePolicy({ ...policy, [field]: -1 })).toThrow(
      new RangeError(`${field} must be a number of at least 0, got -1`),
    );
  });

  it.each(fields)('names %s when it is not a number', (field) => {
    expect(() => resolvePolicy({ ...policy, [field]: Number.NaN })).toThrow(`${field} must be a number`);
    expect(() => resolvePolicy({ ...policy, [field]: undefined })).toThrow(`${field} must be a number`);
  });

  it.each(fields)('names %s when it is infinite: no limit is said with null', (field) => {
    expect(() => resolvePolicy({ ...policy, [field]: Infinity })).toThrow(`${field} must be a number`);
  });

  it('names a jitter above 1', () => {
    expect(() => resolvePolicy({ ...policy, jitter: 1.01 })).toThrow('jitter must be at most 1, got 1.01');
    expect(resolvePolicy({ ...policy, jitter: 1 }).jitter).toBe(1);
  });

  it.each([2_000, 2_001])(
    'refuses a soft timeout of %p ms that is not below the hard one',
    (softTimeoutMs) => {
      expect(() => resolvePolicy({ ...policy, softTimeoutMs })).toThrow(
        `softTimeoutMs (${softTimeoutMs}) must be below hardTimeoutMs (2000)`,
      );
    },
  );

  it('refuses a hard timeout of 0: no load could ever settle', () => {
    expect(() => resolvePolicy({ ...policy, softTimeoutMs: 0, hardTimeoutMs: 0 })).toThrow(
      'hardTimeoutMs (0)',
    );
  });
});
