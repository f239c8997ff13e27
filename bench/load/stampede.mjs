import autocannon from 'autocannon';
import { bodyOf } from './profiles.mjs';

const profile = 1_000_000;
const atOnce = 100;

/** One profile that nobody has asked for, asked for by a hundred at once. */
export async function stampede({ fleet, headers, calls }) {
  calls();
  const { requests, latency, non2xx, errors, timeouts, mismatches } = await autocannon({
    url: `${fleet.members[0].url}/api/v1/narratives`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: bodyOf(profile),
    connections: atOnce,
    amount: atOnce,
    verifyBody: (body) => body.includes('"summary"') && !body.includes('"fallback":true'),
  });
  const { count } = calls();
  const failed = non2xx + errors + timeouts + mismatches;
  return [
    {
      what: `one cold profile, ${atOnce} at once: model calls`,
      ours: String(count),
      figure: `p50 ${latency.p50} ms, max ${latency.max} ms`,
      bar: '1',
      ok: count === 1,
      value: count,
    },
    {
      what: 'and failed',
      ours: `${failed} of ${requests.total}`,
      bar: `0 of ${atOnce}`,
      ok: failed === 0 && requests.total === atOnce,
      value: failed,
    },
  ];
}
