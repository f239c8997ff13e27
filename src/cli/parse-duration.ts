import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestDays = 3_650;

/**
 * Milliseconds of `30m`, `24h` or `90d`, up to ten years.
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined || unit === undefined ? Number.NaN : Number(count) * units[unit]!;
  if (!(ms <= longestDays * units.d!)) {
    throw new InvalidArgumentError(`a number with s, m, h or d, up to ${longestDays}d: 90d`);
  }
  return ms;
}
