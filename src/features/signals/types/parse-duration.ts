const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `60s`, `24h`, `500ms` in milliseconds; `null` for what is no duration. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Math.round(Number(count) * (unitsMs[unit] ?? 0));
}
