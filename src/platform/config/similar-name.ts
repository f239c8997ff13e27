const shortest = 8;

/**
 * The name that was meant by one that is unknown, if any is near: `REDIS_URI`, `MODEL_CONFIG_MAXAGE`.
 * @param isOurs it can only be meant for us, and so may be further off
 */
export function similarName(unknown: string, names: readonly string[], isOurs: boolean): string | null {
  const farthest = isOurs ? Math.max(2, Math.floor(unknown.length / 4)) : unknown.length < shortest ? 0 : 2;
  const near = names
    .filter((name) => isOurs || name.length >= shortest)
    .map((name) => ({ name, edits: editsBetween(unknown.toUpperCase(), name) }))
    .filter(({ edits }) => edits <= farthest)
    .toSorted((one, other) => one.edits - other.edits);
  return near[0]?.name ?? null;
}

/** How many letters have to be put in, taken out or exchanged. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const exchanged = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
