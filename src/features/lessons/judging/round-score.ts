const grid = 1e9;

/** To nine decimals: what sums of binary fractions lose would put a score that is at the edge of a band below it. */
export function roundScore(score: number): number {
  return Math.round(score * grid) / grid;
}
