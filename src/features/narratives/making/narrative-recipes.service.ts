import { Inject, Injectable } from '@nestjs/common';
import type { Reason } from '../../../core/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { ModelConfigService } from '../../model-config/index.js';
import {
  PROMPT_SOURCE,
  type LabelledPromptData,
  type PromptSource,
  type PromptTemplate,
} from '../../prompts/index.js';
import { narrativePhase, narrativePrompt } from '../narratives.policy.js';
import { hashPrompt, shortHash, type NarrativeRecipe } from './narrative-recipe.js';
import { sharedPrompt } from './shared-prompt.js';

/** Says what narratives are made by: the template of their prompt, and the row of their phase (NA-2). */
@Injectable()
export class NarrativeRecipes {
  private readonly query = sharedPrompt(narrativePrompt);
  private last: NarrativeRecipe | null = null;
  private template: PromptTemplate | null = null;

  constructor(
    @Inject(PROMPT_SOURCE) private readonly prompts: PromptSource,
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * As prompt and configuration are held now, be they stale; where they are not, as they last were here.
   * @throws what the prompt or the configuration throws: there is none, or it cannot be had and never was
   */
  async current(): Promise<NarrativeRecipe> {
    try {
      const prompt = this.prompts.peek(this.query) ?? (await this.prompts.get(this.query));
      const row = await this.config.getModelForPhase(narrativePhase);
      const isStale = prompt.isStale || row.isStale;
      return this.recipeOf(prompt, row.version, isStale, prompt.isStale ? prompt.reason : row.label.reason);
    } catch (error) {
      const { retryable } = error as { readonly retryable?: boolean };
      if (this.last === null || retryable !== true) throw error;
      return labelled(this.last, true, 'origin-failed');
    }
  }

  private recipeOf(
    { template }: LabelledPromptData,
    phaseVersion: number,
    isStale: boolean,
    reason: Reason,
  ): NarrativeRecipe {
    const { last } = this;
    if (last !== null && this.template === template && last.phaseVersion === phaseVersion) {
      if (last.isStale !== isStale || last.reason !== reason) this.last = labelled(last, isStale, reason);
      return this.last!;
    }
    const { engine, promptHash } = this.settings.narratives;
    const promptSha256 = promptHash ?? hashPrompt(template, phaseVersion);
    this.template = template;
    this.last = {
      engine,
      promptSha256,
      promptHash: shortHash(promptSha256),
      templateVersion: template.version,
      language: template.language,
      phaseVersion,
      isStale,
      reason,
    };
    return this.last;
  }
}

const labelled = (recipe: NarrativeRecipe, isStale: boolean, reason: Reason): NarrativeRecipe => ({
  ...recipe,
  isStale,
  reason,
});
