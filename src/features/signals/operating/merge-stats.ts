import type { FleetStats, FleetType, ProcessRow, TypeStats } from './signal-stats.schemas.js';

type Holding = TypeStats['held']['memory'];

/** What the processes together tell, by type. Redis is one for all of them: it counts once, as last told. */
export function mergeStats(rows: readonly ProcessRow[], isWhole: boolean): FleetStats {
  const latestFirst = rows.toSorted((one, other) => other.seenAt.localeCompare(one.seenAt));
  const told = latestFirst.flatMap(({ stats }) => stats.types);
  const names = [...new Set(told.map(({ type }) => type))].toSorted();
  return {
    isWhole,
    processes: rows.map(({ name, seenAt, stats }) => ({ name, seenAt, disk: stats.disk })),
    types: names.map((name) => mergeType(told.filter(({ type }) => type === name))),
  };
}

function mergeType(each: readonly TypeStats[]): FleetType {
  const { type, limitMs } = each[0]!;
  const reads = sumOf(each.map((one) => one.reads));
  const told = each.flatMap(({ answers }) => (answers === null ? [] : [answers]));
  const answers = told.length === 0 ? null : sumOf(told);
  const { hits, found, expired } = reads;
  const allReads = Object.values(reads).reduce((sum, count) => sum + count, 0);
  return {
    type,
    limitMs,
    reads,
    held: {
      memory: addHoldings(each.map(({ held }) => held.memory))!,
      redis: each.map(({ held }) => held.redis).find((redis) => redis != null) ?? null,
      disk: addHoldings(each.flatMap(({ held }) => held.disk ?? [])),
    },
    oldestAgeMs: mostOf(each.map(({ oldestAgeMs }) => oldestAgeMs)),
    oldestShare: mostOf(each.map(({ oldestShare }) => oldestShare)),
    answers,
    hitRatio: ratio(hits + found, allReads),
    violationRatio: ratio(expired, allReads),
    notModifiedRatio:
      answers && ratio(answers.notModified, answers.modified + answers.notModified + answers.absent),
  };
}

function sumOf<Counts extends Record<string, number>>(each: readonly Counts[]): Counts {
  const names = Object.keys(each[0]!);
  return Object.fromEntries(
    names.map((name) => [name, each.reduce((sum, counts) => sum + counts[name]!, 0)]),
  ) as Counts;
}

const addHoldings = (each: readonly Holding[]): Holding | null =>
  each.length === 0
    ? null
    : { entries: addKnown(each.map((one) => one.entries)), bytes: addKnown(each.map((one) => one.bytes)) };

/** `null` where one of them cannot tell: a part is no sum. */
const addKnown = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);

const mostOf = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (value === null ? most : Math.max(most ?? 0, value)), null);

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
