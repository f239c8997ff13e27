import { z } from 'zod';
import { sources } from '../../../core/index.js';

const date = z.iso.datetime();
const ms = z.number().min(0);

export const signalAnswer = z.object({
  type: z.string(),
  id: z.string(),
  value: z.unknown(),
  schemaVersion: z.int().min(0),
  observedAt: date.describe('When what it says was so, at its source'),
  ageMs: ms,
  limitMs: ms.describe('The age at which it is expired, for this reader'),
  leftMs: ms,
  validUntil: date.describe('From then on no inference may use it'),
  source: z.enum(sources).describe('Where it was found; `origin`: asked now'),
});
export type SignalWire = z.infer<typeof signalAnswer>;

export const signalsAnswer = z.object({ signals: z.array(signalAnswer) });
export type SignalsWire = z.infer<typeof signalsAnswer>;

export const inputsAnswer = z.object({
  at: date.describe('The one instant at which each of them was inside its limit'),
  validUntil: date.describe('Of the first that expires'),
  signals: z.array(signalAnswer),
});
export type InputsWire = z.infer<typeof inputsAnswer>;

const tier = z.enum(['stored', 'older', 'too-large', 'failed']);

export const pushAnswer = z.object({
  outcome: z
    .enum(['stored', 'older-than-held', 'same'])
    .describe('`older-than-held`: what is held was observed later, and stays'),
  observedAt: date,
  validUntil: date,
  tiers: z.object({ memory: tier, redis: tier, disk: tier }).partial(),
  repeated: z.boolean().describe('This Idempotency-Key was sent before, and this is what was answered then'),
});
export type PushWire = z.infer<typeof pushAnswer>;
