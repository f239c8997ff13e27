export const firstDelayMs = 50;
export const longestDelayMs = 30_000;

/**
 * How long to leave an origin alone after its `failures`-th failure in a row: at least 50 ms, doubling to at most
 * 30 s, a third of it random. So a dead origin is asked at most five times in its first 1.5 s. It never stops.
 * @param random uniform in 0..1
 */
export function backOffMs(failures: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, 1.5 * firstDelayMs * 2 ** Math.min(failures - 1, 20));
  return (ceiling * (2 + random)) / 3;
}
