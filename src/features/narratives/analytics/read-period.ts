import { z } from 'zod';
import { RequestInvalidError } from '../../../platform/http/index.js';

const dayMs = 86_400_000;
const mostDays = 92;

/** From a moment until before another one, in ms of the wall clock. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

const moment = z.iso.datetime('a moment in UTC, as 2026-01-31T09:00:00Z').optional();

export const periodQuery = z.strictObject({
  from: moment.describe('Default: a day before `to`'),
  to: moment.describe('Not included; default: now'),
});

/** @throws RequestInvalidError for what ends before it begins, or is longer than 92 days */
export function readPeriod({ from, to }: z.infer<typeof periodQuery>, now: number): Period {
  const toMs = to === undefined ? now : Date.parse(to);
  const fromMs = from === undefined ? toMs - dayMs : Date.parse(from);
  if (fromMs >= toMs) throw refusal('before `to`, which is now where it is not said');
  if (toMs - fromMs > mostDays * dayMs) throw refusal(`at most ${mostDays} days before \`to\``);
  return { fromMs, toMs };
}

const refusal = (message: string) => new RequestInvalidError([{ path: ['from'], message }]);
