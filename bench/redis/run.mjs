// A hit in Redis, memory being empty, against raw ioredis GET + JSON.parse over the same client, at once for 1, 32 and
// 256 callers, for values of 1 and 10 KB (bar: CA-14). `reader.get` promotes what it finds. Beside it, what its parts
// cost: the tier alone, and of that the one command alone. Quoted per read: the median of the processes, and in brackets
// their extremes; and the processor time of this process, which is what many at once wait for.
import { build } from '../support/built.mjs';
import { duration, median, report, times } from '../support/figures.mjs';
import { forked } from '../support/forked.mjs';

const launches = 3;
const maxRatio = 1.3;
const sizes = { '1 KB': 1_024, '10 KB': 10_240 };
const ways = { reader: 'reader.get', tier: 'of which RedisTier.get', getrange: 'of which GETRANGE' };
const measure = new URL('measure.mjs', import.meta.url);

function row(way, where, results) {
  const ratiosOf = (figure) => results.map((result) => result[way][figure] / result.raw[figure]);
  const us = (name) => duration(median(results.map((result) => result[name].us)) * 1_000);
  const isBarred = way === 'reader';
  const ratios = ratiosOf('us');
  const ratio = median(ratios);
  const spread = `${times(Math.min(...ratios))} … ${times(Math.max(...ratios))}`;
  return {
    what: `${ways[way]}, ${where}`,
    ours: us(way),
    against: `raw GET + JSON.parse ${us('raw')}`,
    figure: `${times(ratio)} (${spread}); processor ${times(median(ratiosOf('cpuUs')))}`,
    bar: isBarred ? `≤ ${times(maxRatio)}` : '',
    ok: isBarred ? ratio <= maxRatio : null,
    value: ratio,
  };
}

build();
const { startRedis } = await import('../support/redis-server.mjs');
const redis = await startRedis();
try {
  const rows = [];
  for (const [size, bytes] of Object.entries(sizes)) {
    for (const concurrency of [1, 32, 256]) {
      const results = [];
      for (let i = 0; i < launches; i++) results.push(await forked(measure, [redis.url, bytes, concurrency]));
      const where = `${size}, ${concurrency} at once`;
      rows.push(...Object.keys(ways).map((way) => row(way, where, results)));
    }
  }
  report('redis', rows);
} finally {
  await redis.stop();
}
