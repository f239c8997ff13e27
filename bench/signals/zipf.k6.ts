// Not run: k6 is neither in npm nor in Debian.
// The twin of zipf.mjs, over HTTP and for a server of one's own: Zipf reads of a type, the hit ratio, what a hit takes,
// and that nothing past its limit is in an answer.
import { check } from 'k6';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { zipf } from '../load/profiles.mjs';

const ids = 20_000;
const type = __ENV.TYPE ?? 'quotes';
const base = `${__ENV.BASE_URL ?? 'http://127.0.0.1:3000'}/api/v1/signals/${type}`;
const params = { headers: { authorization: `Bearer ${__ENV.LASTGOOD_KEY ?? ''}` }, tags: { name: type } };

export const options: Options = {
  scenarios: {
    zipf: {
      executor: 'constant-arrival-rate',
      rate: 1_000,
      timeUnit: '1s',
      duration: __ENV.DURATION ?? '60s',
      preAllocatedVUs: 100,
      maxVUs: 100,
    },
  },
  thresholds: {
    signal_hits: ['rate>0.8'],
    signal_hit_ms: ['p(99)<=10'],
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
  },
};

interface Signal {
  readonly ageMs: number;
  readonly limitMs: number;
  readonly source: string;
}

const hits = new Rate('signal_hits');
const hitMs = new Trend('signal_hit_ms', true);
const draw = zipf(ids, 1.1, Math.random);

export default function ask(): void {
  const response = http.get(`${base}/${draw()}`, params);
  // What is past its limit is refused, which is no answer; another status than these is a failure.
  const isGiven = response.status === 200;
  const signal = isGiven ? (response.json() as unknown as Signal) : null;
  check(response, {
    'is a signal inside its limit, or refused as expired': ({ status }) =>
      signal === null ? status === 503 : signal.ageMs < signal.limitMs,
  });
  const isHit = signal?.source === 'memory';
  hits.add(isHit);
  if (isHit) hitMs.add(response.timings.duration);
}
