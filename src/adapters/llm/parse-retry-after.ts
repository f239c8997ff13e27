/** A Retry-After header, in seconds or as a date, in milliseconds from `wallMs` on; `null` where it says nothing. */
export function parseRetryAfter(text: string | null, wallMs: number): number | null {
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - wallMs);
}
