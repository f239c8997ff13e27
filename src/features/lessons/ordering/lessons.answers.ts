import { z } from 'zod';
import { lessonStatuses } from './kept-lesson.js';

const date = z.iso.datetime();
const cost = z.number().nullable().describe('US dollars');

const costSum = z.object({
  calls: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  costUsd: z.number().min(0),
  isComplete: z.boolean().describe('`false`: not every call said what it took, this is the least it was'),
});

const links = z.object({ self: z.string(), events: z.string() });

export const orderedAnswer = z.object({ id: z.uuid(), status: z.enum(lessonStatuses), links });

const result = z.object({
  outcome: z
    .enum(['accepted', 'best-effort', 'escalated'])
    .describe('`best-effort`: the best that was had; `escalated`: a person has to look'),
  markdown: z.string(),
  because: z.string().nullable().describe('Why it is not accepted'),
  iteration: z.int().min(1).describe('The draft that was taken'),
  iterations: z.array(z.json()).describe('Each draft with its scores, oldest first'),
  vote: z.json().describe('Verdicts and what they came to; `null`: nobody was left who may judge the draft'),
  calls: z.array(z.json()).describe('Each model that was asked'),
  cost: costSum.extend({
    rows: z.array(costSum.extend({ phase: z.string(), modelId: z.string() })),
  }),
});

const progress = z.object({
  node: z.string().nullable(),
  iteration: z.int().nullable(),
  sections: z.object({ done: z.int(), of: z.int() }).nullable(),
  score: z.number().nullable(),
  tokens: z.number().nullable(),
  costUsd: cost,
  remainingMs: z.number().nullable().describe('An estimate'),
});

export const lessonAnswer = orderedAnswer.extend({
  runs: z
    .int()
    .min(0)
    .describe('How often it was taken up: more than once where a process was lost or ended'),
  isCancelRequested: z.boolean(),
  progress: progress.describe('`null`: not told of yet'),
  result: result.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: date,
  startedAt: date.nullable(),
  endedAt: date.nullable(),
});
