/** No host is left alone for longer on its word. */
const longestMs = 3_600_000;

/** What a Retry-After header says, in seconds or as a date, from `wallMs` on (ms); 0 where it says nothing. */
export function retryAfterMs(text: string | null, wallMs: number): number {
  const saidMs = /^\s*\d+\s*$/.test(text ?? '') ? Number(text) * 1_000 : Date.parse(text ?? '') - wallMs;
  return Number.isNaN(saidMs) ? 0 : Math.min(Math.max(0, saidMs), longestMs);
}
