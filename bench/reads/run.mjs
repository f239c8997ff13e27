// Warm reads against the least that each could cost (bars: CA-14), and stale hits against fresh ones (CA-7). Each
// comparison runs in several processes, alternating with its floor in each; with one key, and with twenty in turn.
// Quoted: the median of the processes, and in brackets their extremes.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from '../support/built.mjs';
import { duration, median, report, times } from '../support/figures.mjs';

const launches = 3;
const pair = fileURLToPath(new URL('pair.mjs', import.meta.url));

async function launch(index, keys) {
  const child = fork(pair, [index, keys], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`Comparison ${index} exited with ${code}`);
  });
  const [result] = await Promise.race([once(child, 'message'), failed]);
  await failed.catch(() => undefined);
  return result;
}

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
    for (let i = 0; i < launches; i++) results.push(await launch(index, keys));
    rows.push(row(comparison, name, results));
  }
}
report('reads', rows);
