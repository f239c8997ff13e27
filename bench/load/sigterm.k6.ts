// Not run: k6 is neither in npm nor in Debian.
// The twin of sigterm.mjs: reads through a balancer that watches /health/ready, while you send SIGTERM to one of the
// replicas behind it; none may fail.
import { check } from 'k6';
import http from 'k6/http';
import type { Options } from 'k6/options';

const base = __ENV.URL ?? 'http://127.0.0.1:3000';
const params = { headers: { authorization: `Bearer ${__ENV.KEY ?? ''}` } };

export const options: Options = {
  scenarios: {
    reads: {
      executor: 'constant-arrival-rate',
      rate: 1_000,
      timeUnit: '1s',
      duration: __ENV.DURATION ?? '30s',
      preAllocatedVUs: 100,
      maxVUs: 100,
    },
  },
  thresholds: { checks: ['rate==1'], http_req_failed: ['rate==0'], dropped_iterations: ['count==0'] },
};

export default function ask(): void {
  const response = http.get(`${base}/api/v1/config/phases/stage_4`, params);
  check(response, { 'it was answered': ({ status }) => status === 200 });
}
