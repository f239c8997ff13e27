// Not run: k6 is neither in npm nor in Debian.
// The twin of stampede.mjs and of the cold half of replicas.mjs (`-e URL=…,…,…`): a hundred at once for one profile that
// nobody has asked for. One call of the model is told by one moment at which all of them were made.
import { check } from 'k6';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { answered, params, urls } from './asking.k6.ts';
import { bodyOf } from './profiles.mjs';

const atOnce = 100;

export const options: Options = {
  vus: 1,
  iterations: 1,
  batch: atOnce,
  batchPerHost: atOnce,
  thresholds: { checks: ['rate==1'] },
};

export default function askAtOnce(): void {
  const body = bodyOf(4_000_000 + Math.floor(Math.random() * 1_000_000));
  const requests = Array.from({ length: atOnce }, (_, at) => ({
    method: 'POST',
    url: urls[at % urls.length]!,
    body,
    params,
  }));
  const answers = http.batch(requests).map(answered);
  const moments = new Set(answers.map((answer) => answer?.meta.createdAt));
  check(moments, { 'all were given one narrative': ({ size }) => size === 1 });
}
