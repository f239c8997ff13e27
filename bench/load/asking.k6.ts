// Not run: k6 is neither in npm nor in Debian.
// What the scenarios for k6 have in common. The twins of the scripts beside them: type-checked (`npm run types`), and
// not run here. They ask a server that runs already, and cannot count the calls of its model.
//   k6 run -e URL=http://127.0.0.1:3000 -e KEY=lg_… zipf.k6.ts        (k6 1.0 or newer)
import { check } from 'k6';
import type { RefinedResponse } from 'k6/http';

export interface Answered {
  readonly narrative: { readonly summary: string; readonly bullets: readonly string[] };
  readonly meta: { readonly source: string; readonly isStale: boolean; readonly createdAt: string };
  readonly fallback?: boolean;
}

/** Several servers are told with commas between them. */
export const urls = (__ENV.URL ?? 'http://127.0.0.1:3000')
  .split(',')
  .map((url) => `${url}/api/v1/narratives`);
export const url = urls[0]!;

export const params = {
  headers: { 'content-type': 'application/json', authorization: `Bearer ${__ENV.KEY ?? ''}` },
  responseType: 'text',
} as const;

/** What was answered; `null`, and a check that failed, where it was no narrative. */
export function answered(response: RefinedResponse<'text'>): Answered | null {
  const answer = response.status === 200 ? (JSON.parse(response.body) as Answered) : null;
  const isServed = answer !== null && answer.fallback !== true;
  check(response, { 'a narrative was served': () => isServed });
  return isServed ? answer : null;
}

export const isHit = ({ meta }: Answered): boolean => meta.source !== 'origin';
