/** Uniform in 0..1, the same for the same seed (mulberry32). */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = (random, list) => list[Math.floor(random() * list.length)];
export const between = (random, [from, to]) => from + random() * (to - from);

/** Nearest rank, in the unit of the values, to two decimals. */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share) =>
    Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 100) / 100;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

/** How often each word occurs. */
export function countBy(values, wordOf) {
  const counts = {};
  for (const value of values) counts[wordOf(value)] = (counts[wordOf(value)] ?? 0) + 1;
  return counts;
}
