import { Inject, Injectable } from '@nestjs/common';
import type { LlmMessage } from '../../../platform/llm/index.js';
import {
  ModelConfigService,
  PhaseCaller,
  type ChainAnswer,
  type Question,
} from '../../model-config/index.js';
import { PromptManager } from '../../prompts/index.js';
import type { JsonObject } from '../narrative/json.js';
import type { Narrative } from '../narrative/narrative.js';
import { narrativeForm } from '../narrative/narrative-form.js';
import { NarrativeSupersededError } from '../narrative/narrative-superseded.error.js';
import { narrativePhase, narrativePrompt } from '../narratives.policy.js';
import type { NarrativeRecipe } from './narrative-recipe.js';

/** Models are given up so long before the load is: what was asked of them by then is paid for, and told. */
const toTellMs = 250;

/** Has a narrative written by the models of its phase (NA-5). */
@Injectable()
export class NarrativeGenerator {
  constructor(
    @Inject(PromptManager) private readonly prompts: PromptManager,
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(PhaseCaller) private readonly phases: PhaseCaller,
  ) {}

  /**
   * @throws NarrativeSupersededError where the prompt or the row is not that of the recipe, before a model was asked;
   *   errors of `PromptManager.render` and `PhaseCaller.askRow`; the signal's reason
   */
  async generate(
    profile: JsonObject,
    recipe: NarrativeRecipe,
    { signal, endsAt }: Required<Pick<Question<Narrative>, 'signal' | 'endsAt'>>,
  ): Promise<ChainAnswer<Narrative>> {
    const rendered = await this.prompts.render({ nodeName: narrativePrompt, context: { profile } });
    const row = await this.config.getModelForPhase(narrativePhase);
    const isSame =
      rendered.templateVersion === recipe.templateVersion &&
      rendered.language === recipe.language &&
      row.version === recipe.phaseVersion;
    if (!isSame) throw new NarrativeSupersededError();
    signal.throwIfAborted();
    const { system, prompt } = rendered;
    const asked: LlmMessage = { role: 'user', content: prompt };
    const messages: LlmMessage[] = system === null ? [asked] : [{ role: 'system', content: system }, asked];
    const answer = { name: 'narrative', schema: narrativeForm };
    const question = { messages, answer, signal, endsAt: endsAt - toTellMs };
    return this.phases.askRow<Narrative>(narrativePhase, row, {}, question);
  }
}
