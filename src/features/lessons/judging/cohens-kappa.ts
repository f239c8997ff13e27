/**
 * Cohen's κ: how far two raters agree beyond chance, -1..1 (J. Cohen, A Coefficient of Agreement for Nominal Scales,
 * 1960). `null` for fewer than two items; 1 where chance alone explains everything, since then they always agree.
 * @param pairs of each item, the label of the one and of the other
 */
export function cohensKappa(pairs: readonly (readonly [one: string, other: string])[]): number | null {
  const n = pairs.length;
  if (n < 2) return null;
  const agreed = pairs.filter(([one, other]) => one === other).length;
  const ones = count(pairs.map(([one]) => one));
  const others = count(pairs.map(([, other]) => other));
  // Times n², so that all of it is whole numbers.
  const byChance = [...ones].reduce((sum, [label, times]) => sum + times * (others.get(label) ?? 0), 0);
  return byChance === n * n ? 1 : (n * agreed - byChance) / (n * n - byChance);
}

function count(labels: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
