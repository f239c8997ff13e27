const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

export const momentForm = 'a date and time of ISO 8601 with its zone, such as 2026-11-22T12:00:00Z';

/** Unix ms; `null` for all else than a date and time of ISO 8601 with its zone. */
export function parseMoment(told: unknown): number | null {
  if (typeof told !== 'string' || !iso.test(told)) return null;
  const at = Date.parse(told);
  return Number.isNaN(at) ? null : at;
}
