const iso = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

export const momentForm = 'a date and time of ISO 8601 with its zone, such as 2026-11-22T12:00:00Z';

/** Unix ms; `null` for all else than a date and time of ISO 8601 with its zone. */
export function parseMoment(told: unknown): number | null {
  const [, year, month, day] = (typeof told === 'string' ? iso.exec(told) : null) ?? [];
  if (year === undefined || Number(day) > daysIn(Number(year), Number(month))) return null;
  const at = Date.parse(told as string);
  return Number.isNaN(at) ? null : at;
}

/** `Date.parse` takes 30 February for 2 March. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
