// Not run: k6 is neither in npm nor in Debian.
// The twin of zipf.mjs: a fixed rate, a Zipf distribution, the hit rate and what a hit takes.
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { answered, isHit, params, url } from './asking.k6.ts';
import { bodyOf, zipf } from './profiles.mjs';

export const options: Options = {
  setupTimeout: '10m',
  scenarios: {
    zipf: {
      executor: 'constant-arrival-rate',
      rate: 1_000,
      timeUnit: '1s',
      duration: __ENV.DURATION ?? '30s',
      preAllocatedVUs: 100,
      maxVUs: 100,
    },
  },
  thresholds: {
    narrative_hits: ['rate>=0.9'],
    narrative_hit_ms: ['p(95)<=10'],
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
  },
};

const warmUpDraws = 40_000;
const atOnce = 20;
const hits = new Rate('narrative_hits');
const hitMs = new Trend('narrative_hit_ms', true);
const draw = zipf(10_000, 1.1, Math.random);

/** What so many requests would have left behind is made before anything is measured. */
export function setup(): void {
  const warm = [...new Set(Array.from({ length: warmUpDraws }, draw))];
  for (let from = 0; from < warm.length; from += atOnce) {
    const part = warm.slice(from, from + atOnce);
    http.batch(part.map((n) => ({ method: 'POST', url, body: bodyOf(n), params })));
  }
}

export default function ask(): void {
  const response = http.post(url, bodyOf(draw()), params);
  const answer = answered(response);
  if (answer === null) return;
  hits.add(isHit(answer));
  if (isHit(answer)) hitMs.add(response.timings.duration);
}
