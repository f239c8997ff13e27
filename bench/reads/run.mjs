// Warm reads against the least that each could cost (bars: CA-14), and stale hits against fresh ones (CA-7). Each
// comparison runs in several processes, alternating with its floor in each; with one key, and with twenty in turn.
// Quoted: the median of the processes, and in brackets their extremes.
import { build } from '../support/built.mjs';
import { duration, median, report, times } from '../support/figures.mjs';
import { forked } from '../support/forked.mjs';

const launches = 3;
const pair = new URL('pair.mjs', import.meta.url);

function row({ what, against, maxRatio, maxOverNs }, keys, results) {
  const of = (figure) => results.map((result) => result[figure]);
  const quoted = maxOverNs === undefined ? 'ratio' : 'overNs';
  const format = maxOverNs === undefined ? times : (ns) => `+${ns.toFixed(0)} ns`;
  const value = median(of(quoted));
  const limit = maxRatio ?? maxOverNs;
  return {
    what: `${what}, ${keys}`,
    ours: duration(median(of('ns'))),
    against: `${against} ${duration(median(of('floorNs')))}`,
    figure: `${format(value)} (${format(Math.min(...of(quoted)))} … ${format(Math.max(...of(quoted)))})`,
    bar: limit === undefined ? '' : `≤ ${format(limit)}`,
    ok: limit === undefined ? null : value <= limit,
    value,
  };
}

build();
const { comparisons } = await import('./comparisons.mjs');
const rows = [];
for (const [index, comparison] of comparisons.entries()) {
  for (const [keys, name] of Object.entries({ one: 'one key', many: '20 keys' })) {
    const results = [];
    for (let i = 0; i < launches; i++) results.push(await forked(pair, [index, keys]));
    rows.push(row(comparison, name, results));
  }
}
report('reads', rows);
