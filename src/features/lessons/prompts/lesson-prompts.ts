import { Inject, Injectable } from '@nestjs/common';
import type { LlmMessage } from '../../../platform/llm/index.js';
import { PromptManager } from '../../prompts/index.js';
import type { LessonSpec } from '../lesson/lesson-spec.js';
import { rehearsal } from './rehearsal.js';

/** What nodes and judges ask with: the prompt's node is named as the phase whose model is asked. */
export type PromptName = keyof typeof rehearsal;

/** The prompts of lessons, as the prompt configuration has them in a lesson's language. */
@Injectable()
export class LessonPrompts {
  constructor(@Inject(PromptManager) private readonly prompts: PromptManager) {}

  /**
   * A prompt about a lesson, with what its stage adds.
   * @throws errors of `PromptManager.render`
   */
  async messages(
    name: PromptName,
    lesson: LessonSpec,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<LlmMessage[]> {
    const { language } = lesson;
    const context = { lesson, ...variables };
    const { system, prompt } = await this.prompts.render({ nodeName: name, language, context });
    const asked: LlmMessage = { role: 'user', content: prompt };
    return system === null ? [asked] : [{ role: 'system', content: system }, asked];
  }

  /**
   * Renders every prompt once with this lesson and something of everything that its stage always gives: what is
   * missing, and what asks for more, would fail in the middle of a lesson that was paid for.
   * @throws errors of `PromptManager.render`
   */
  async check(lesson: LessonSpec): Promise<void> {
    for (const [name, variables] of Object.entries(rehearsal) as [PromptName, object][])
      await this.messages(name, lesson, { ...variables });
  }
}
