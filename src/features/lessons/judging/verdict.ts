import { z } from 'zod';
import { criteria, criterionNames, type Criterion } from './criteria.js';

const grade = (name: Criterion) => z.number().min(0).max(1).describe(criteria[name].asks);
const grades = Object.fromEntries(criterionNames.map((name) => [name, grade(name)])) as Record<
  Criterion,
  ReturnType<typeof grade>
>;

export const confidences = ['low', 'medium', 'high'] as const;
const severities = ['critical', 'major', 'minor'] as const;

const answer = z.object({
  rationale: z.string().trim().min(1).max(4_000).describe('The reasons, before any grade is given'),
  criteria: z.object(grades).describe('Grades, each 0..1'),
  issues: z
    .array(
      z.object({
        severity: z.enum(severities),
        section: z.string().max(200).optional().describe('Title of the section, where it is in one'),
        text: z.string().trim().min(1).max(1_000),
      }),
    )
    .max(20),
  confidence: z.enum(confidences).describe('In these grades'),
});

/**
 * What a judge answers (LE-3). The rationale has to come first: a model that grades first only defends its grade
 * afterwards. Overall score and recommendation are computed; what a judge says of them is dropped.
 */
export const verdictSchema = z.preprocess((raw, context) => {
  if (typeof raw === 'object' && raw !== null && Object.keys(raw)[0] !== 'rationale')
    context.addIssue({ code: 'custom', path: ['rationale'], message: 'has to come before anything else' });
  return raw;
}, answer);

export type Verdict = Readonly<z.infer<typeof answer>>;
export type Confidence = (typeof confidences)[number];
