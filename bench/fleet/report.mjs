import { countBy } from './stats.mjs';

/** One about correctness that fails, fails the run; the others are reported. */
const bar = (name, kind, measured, pass) => ({ name, kind, measured, pass });
const ms = ({ p50, p99, max, count }) => `p50 ${p50}, p99 ${p99}, max ${max} ms (${count})`;

const wordsOf = {
  lost: ['lost', 'lost-update', 'version-twice'],
  back: ['went-back', 'wrong-content', 'not-served-as-told'],
  failed: ['read-failed'],
  end: ['not-newest'],
};

/** What every phase has to hold, by what the checker found in its log. */
function correctness(phase, { faults, crashes, log }) {
  const count = (kinds) => faults.filter(({ kind }) => kinds.includes(kind)).length;
  const zero = (name, kinds, of) =>
    bar(`${phase}: ${name}`, 'correctness', `${count(kinds)} of ${of}`, count(kinds) === 0);
  const acked = log.writes.filter(({ outcome }) => outcome === 'acked').length;
  return [
    zero('acknowledged writes lost', wordsOf.lost, acked),
    zero('reads that went back, or were of no version', wordsOf.back, log.reads.length),
    zero('failed reads of living processes', wordsOf.failed, log.reads.length),
    zero('rows not the newest at the end', wordsOf.end, 3 * Object.keys(log.initial).length),
    bar(`${phase}: processes that ended by themselves`, 'correctness', crashes.length, crashes.length === 0),
  ];
}

const spread = (name, figures, of, limit) => bar(name, 'reported', ms(figures), figures[of] <= limit);

const timeBars = {
  notified: ({ figures }) => [
    spread('notified: from the answer, p99 ≤ 100 ms', figures.fromAnswer, 'p99', 100),
    spread('notified: from the commit, p99 ≤ 100 ms', figures.fromCommit, 'p99', 100),
  ],
  dropped: ({ figures, feeds }) =>
    Object.entries(figures.byProcess).map(([name, of]) =>
      spread(`dropped, ${feeds[name]}: from the commit, max ≤ 1,500 ms`, of, 'max', 1_500),
    ),
  kills: ({ figures: { settledMs, unforeseen } }) => [
    bar(
      'kills: all on the newest version within 5 s',
      'reported',
      `${settledMs} ms`,
      settledMs !== null && settledMs <= 5_000,
    ),
    bar('kills: writes answered 500', 'reported', unforeseen, unforeseen === 0),
  ],
};

const barsOf = (phases) =>
  Object.entries(phases).flatMap(([name, phase]) => [...timeBars[name](phase), ...correctness(name, phase)]);

/** One document: all figures, the bars, and enough of what went wrong to go after it. */
export function documentOf(settings, phases) {
  const bars = barsOf(phases);
  return {
    ...settings,
    bars,
    pass: bars.every(({ pass }) => pass),
    isCorrect: bars.every(({ kind, pass }) => pass || kind !== 'correctness'),
    phases: Object.fromEntries(
      Object.entries(phases).map(([name, { figures, faults, crashes, warnings }]) => [
        name,
        {
          ...figures,
          faults: { ...countBy(faults, ({ kind }) => kind), first: faults.slice(0, 10) },
          crashes,
          warnings: countBy(warnings, ({ level, msg, type, stream }) =>
            [level, type ?? msg, stream].filter(Boolean).join(' '),
          ),
        },
      ]),
    ),
  };
}

export function print({ bars, phases, ...settings }) {
  console.log('| bar | measured | |\n| --- | --- | --- |');
  for (const { name, measured, pass } of bars)
    console.log(`| ${name} | ${measured} | ${pass ? 'holds' : 'FAILS'} |`);
  console.log(`\n${JSON.stringify(settings)}`);
  for (const [name, figures] of Object.entries(phases)) {
    console.log(`\n${name}`);
    for (const [figure, value] of Object.entries(figures))
      console.log(`  ${figure}: ${JSON.stringify(value)}`);
  }
}
