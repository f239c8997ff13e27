import { z } from 'zod';

const text = (max: number) => z.string().trim().min(1).max(max);

/** What the planner answers: for each section of the specification, in its order, what is to be said. */
export const outlineSchema = (sections: number) =>
  z.object({
    introduction: text(2_000).describe('What the introduction has to say'),
    sections: z
      .array(z.object({ points: z.array(text(1_000)).min(1).max(20) }))
      .length(sections)
      .describe('One for each section that was asked for, in the same order'),
    conclusion: text(2_000).describe('What the conclusion has to say'),
  });

export type Outline = z.infer<ReturnType<typeof outlineSchema>>;
