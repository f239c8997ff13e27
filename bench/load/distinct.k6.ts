// Not run: k6 is neither in npm nor in Debian.
// The twin of distinct.mjs: a thousand profiles that nobody has asked for, each of which is made.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { answered, isHit, params, url } from './asking.k6.ts';
import { bodyOf } from './profiles.mjs';

export const options: Options = {
  scenarios: {
    distinct: { executor: 'shared-iterations', vus: 100, iterations: 1_000, maxDuration: '10m' },
  },
  thresholds: { checks: ['rate==1'] },
};

/** Of each run its own: what an earlier one has made is no cold profile. */
export const setup = (): number => 4_000_000 + Math.floor(Math.random() * 1_000_000);

export default function ask(first: number): void {
  const answer = answered(http.post(url, bodyOf(first + exec.scenario.iterationInTest), params));
  if (answer !== null) check(answer, { 'it was made': (each) => !isHit(each) });
}
