import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { PromptInvalidError } from './prompt-invalid.error.js';
import { PromptTemplate } from './prompt-template.js';
import { rehearsal } from './rehearsal.js';

/** What nodes and judges ask with, by the phase whose model is asked. */
export const promptNames = [
  'stage_6_planner',
  'stage_6_expander',
  'stage_6_assembler',
  'stage_6_smoother',
  'stage_6_refinement',
  'stage_6_judge',
] as const;
export type PromptName = (typeof promptNames)[number];

const longestTemplate = 65_536;
const template = z.string().min(1).max(longestTemplate);
const fileSchema = z.strictObject({
  prompts: z.record(z.enum(promptNames), z.strictObject({ system: template, user: template })),
});

/** The prompts of lessons, read from a file once, at the start; none of their text is in the source. */
@Injectable()
export class LessonPrompts {
  private readonly templates: ReadonlyMap<PromptName, PromptTemplate>;

  /** @throws PromptInvalidError: a process without its prompts does not start */
  constructor(@Inject(SETTINGS) { lessons }: Settings) {
    const prompts = readPrompts(lessons.promptsFile);
    this.templates = new Map(
      promptNames.map((name) => {
        const prompt = new PromptTemplate({ name, ...prompts[name] });
        prompt.render(rehearsal[name]);
        return [name, prompt];
      }),
    );
  }

  get(name: PromptName): PromptTemplate {
    return this.templates.get(name)!;
  }
}

function readPrompts(file: string): z.infer<typeof fileSchema>['prompts'] {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PromptInvalidError(file, (error as Error).message);
  }
  const { success, data, error } = fileSchema.safeParse(content);
  if (success) return data.prompts;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw new PromptInvalidError(file, faults.join('; '));
}
