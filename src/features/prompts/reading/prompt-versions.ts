import { Inject, Injectable } from '@nestjs/common';
import type { Point, Reader } from '../../../core/index.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { PROMPT_SETTINGS_READER, PROMPT_TEMPLATES_READER } from './prompt-readers.js';
import { templateKey } from './template-key.js';

/** For who has just changed something, and wants to be answered from that or a later version (PROTOCOL CO-15). */
@Injectable()
export class PromptVersions {
  constructor(
    @Inject(PROMPT_TEMPLATES_READER) private readonly templates: Reader<PromptTemplate>,
    @Inject(PROMPT_SETTINGS_READER) private readonly settings: Reader<PersonSettings>,
  ) {}

  /**
   * Settles when what is held of a prompt is of this version or a later one; `null` asks for none.
   * @throws VersionNotReachedError; what cannot be told now as a retryable AppError
   */
  async reach(query: PromptQuery, wanted: Point | null): Promise<void> {
    if (wanted === null) return;
    const { userId } = query;
    await Promise.all([
      this.templates.getAtLeast(templateKey(query), wanted),
      userId === null ? null : this.settings.getAtLeast(userId, wanted),
    ]);
  }
}
