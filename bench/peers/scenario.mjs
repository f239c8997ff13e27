import { setTimeout as delay } from 'node:timers/promises';

/** After this a value with a TTL of a second is past it for everybody: some count whole seconds. */
export const untilStaleMs = 2_200;

/** What a read came to, and how soon: `value`, `nothing`, `throws`, or `waits` if it takes longer than this. */
export async function outcomeOf(reading, withinMs = 2_000) {
  const from = performance.now();
  const tooLong = new AbortController();
  const outcome = await Promise.race([
    reading().then(
      (data) => (data == null ? 'nothing' : 'value'),
      () => 'throws',
    ),
    delay(withinMs, 'waits', { signal: tooLong.signal }),
  ]);
  tooLong.abort();
  return { outcome, ms: performance.now() - from };
}

export const quantile = (values, share) =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(share * values.length) - 1)];
