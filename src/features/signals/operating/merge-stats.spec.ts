import { mergeStats } from './merge-stats.js';
import type { ProcessRow, TypeStats } from './signal-stats.schemas.js';

const odds: TypeStats = {
  type: 'odds',
  limitMs: 60_000,
  reads: { hits: 70, found: 10, loaded: 10, expired: 5, missing: 3, failed: 2 },
  held: { memory: { entries: 10, bytes: 1_000 }, redis: { entries: 7, bytes: null }, disk: null },
  oldestAgeMs: 30_000,
  oldestShare: 0.5,
  answers: { modified: 1, notModified: 3, absent: 0, failed: 9 },
};
const rowOf = (name: string, second: number, ...types: TypeStats[]): ProcessRow => ({
  instance: name,
  name,
  seenAt: new Date(second * 1_000).toISOString(),
  stats: { types, disk: null },
});

describe('what several processes tell together (SI-10)', () => {
  it('is the sum of what each has for itself, and the worst of the ages', () => {
    const other = { ...odds, oldestAgeMs: 45_000, oldestShare: 0.75 };
    const { types } = mergeStats([rowOf('a', 1, odds), rowOf('b', 2, other)], true);
    expect(types).toEqual([
      {
        ...other,
        reads: { hits: 140, found: 20, loaded: 20, expired: 10, missing: 6, failed: 4 },
        held: { memory: { entries: 20, bytes: 2_000 }, redis: { entries: 7, bytes: null }, disk: null },
        answers: { modified: 2, notModified: 6, absent: 0, failed: 18 },
        hitRatio: 0.8,
        violationRatio: 0.05,
        notModifiedRatio: 0.75,
      },
    ]);
  });

  it('counts Redis once, as it was told last', () => {
    const later = { ...odds, held: { ...odds.held, redis: { entries: 99, bytes: 1 } } };
    const { types } = mergeStats([rowOf('a', 2, later), rowOf('b', 1, odds)], true);
    expect(types[0]?.held.redis).toEqual({ entries: 99, bytes: 1 });
  });

  it('gives no sum of disks one of which cannot be told', () => {
    const disk = (entries: number | null) => ({
      ...odds,
      held: { ...odds.held, disk: { entries, bytes: 1 } },
    });
    expect(mergeStats([rowOf('a', 1, disk(1)), rowOf('b', 2, disk(2))], true).types[0]?.held.disk).toEqual({
      entries: 3,
      bytes: 2,
    });
    const { types } = mergeStats([rowOf('a', 1, disk(1)), rowOf('b', 2, disk(null))], true);
    expect(types[0]?.held.disk).toEqual({ entries: null, bytes: 2 });
  });

  it('gives no ratio of nothing, and none of answers where others push', () => {
    const reads = { hits: 0, found: 0, loaded: 0, expired: 0, missing: 0, failed: 0 };
    const quiet = { ...odds, reads, oldestAgeMs: null, oldestShare: null, answers: null };
    expect(mergeStats([rowOf('a', 1, quiet)], false)).toMatchObject({
      isWhole: false,
      types: [{ hitRatio: null, violationRatio: null, notModifiedRatio: null, oldestAgeMs: null }],
    });
  });

  it('tells types in the order of their names, also those that one process alone has', () => {
    const names = mergeStats([rowOf('a', 1, odds), rowOf('b', 2, { ...odds, type: 'news' })], true).types.map(
      ({ type }) => type,
    );
    expect(names).toEqual(['news', 'odds']);
  });

  it('is nothing of nobody', () => {
    expect(mergeStats([], true)).toEqual({ isWhole: true, processes: [], types: [] });
  });
});
