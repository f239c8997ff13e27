import { z } from 'zod';

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'one line, without control characters');

const bloomLevels = ['remember', 'understand', 'apply', 'analyze', 'evaluate', 'create'] as const;
const archetypes = ['concept', 'procedure', 'example', 'case-study', 'exercise', 'summary'] as const;
const depths = ['overview', 'standard', 'deep'] as const;

/** What a lesson is to be (LE-1). */
export const lessonSpecSchema = z.strictObject({
  title: line(200),
  language: z
    .string()
    .max(35)
    .regex(/^(?!any$)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP 47 language tag, as in "en" or "pt-BR"')
    .describe('BCP 47'),
  courseId: line(200).optional().describe('Whose configuration overrides apply'),
  objectives: z
    .array(z.strictObject({ text: line(500), bloom: z.enum(bloomLevels) }))
    .min(1)
    .max(20)
    .describe("Learning objectives, each with its level in Bloom's revised taxonomy"),
  sections: z
    .array(z.strictObject({ title: line(200), archetype: z.enum(archetypes), depth: z.enum(depths) }))
    .min(1)
    .max(30),
  passages: z
    .array(z.strictObject({ source: line(500), text: z.string().min(1).max(50_000) }))
    .max(50)
    .default([])
    .describe('What the lesson is to be drawn from'),
});

export type LessonSpec = z.infer<typeof lessonSpecSchema>;
