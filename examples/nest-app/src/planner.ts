import { Injectable } from '@nestjs/common';
import { ConfigNotFoundError, ModelConfigService, PromptManager, type PhaseModel } from 'lastgood';

export interface Plan {
  readonly model: PhaseModel;
  readonly prompt: string;
}

/** What a person may have set; nobody's plan is made here, so all of it is given. */
const howToWrite = {
  language: 'English',
  subject_name: 'mathematics',
  target_audience: 'beginners',
  role_perspective: 'a teacher',
  style: 'plain',
  explanation_depth: 'brief',
};

/** A step of a pipeline: it knows its phase and its prompt by name, and neither a model nor a text. */
@Injectable()
export class Planner {
  constructor(
    private readonly models: ModelConfigService,
    private readonly prompts: PromptManager,
  ) {}

  async plan(phase: string, material: string): Promise<Plan> {
    const [model, { prompt }] = await Promise.all([
      this.models.getModelForPhase(phase, { language: 'en', tokenCount: 1_000 }),
      this.prompts.render({
        nodeName: 'generating_content',
        context: { ...howToWrite, input_content: material },
      }),
    ]);
    return { model, prompt };
  }

  /** Known not to exist is an answer, and no outage. */
  async knows(modelId: string): Promise<boolean> {
    try {
      await this.models.getModelWeight(modelId, 'en');
      return true;
    } catch (error) {
      if (error instanceof ConfigNotFoundError) return false;
      throw error;
    }
  }
}
