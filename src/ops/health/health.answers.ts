import { z } from 'zod';

export const liveAnswer = z.object({ status: z.literal('ok') });

export const readyAnswer = z.object({
  status: z.literal('ready'),
  mode: z.enum(['ok', 'degraded', 'critical']),
});

const indicators = z.record(z.string(), z.looseObject({ status: z.enum(['up', 'degraded', 'down']) }));

export const detailAnswer = z.object({
  status: z.enum(['ok', 'degraded', 'error', 'shutting_down']),
  info: indicators,
  error: indicators,
  details: indicators,
});
