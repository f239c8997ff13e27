import { Inject, Injectable } from '@nestjs/common';
import { anyLanguage } from '../../../platform/language/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { renderPrompt } from '../rendering/render-prompt.js';
import type { PreviewBody } from './prompt-body.js';
import type { Preview } from './prompt-catalog.answers.js';
import { PromptCatalog } from './prompt-catalog.service.js';
import { checkDraft } from './template-draft.js';

interface Previewed {
  readonly system: string | null;
  readonly template: string;
  readonly dynamicPlaceholders: readonly string[];
  readonly version: number | null;
}

/** Shows what a template would say, by the code that serves it. Nothing of it is stored. */
@Injectable()
export class PromptPreviewer {
  constructor(@Inject(PromptCatalog) private readonly catalog: PromptCatalog) {}

  /**
   * @throws PromptNotFoundError, PromptInvalidError, PromptTooLargeError, PlaceholdersMissingError,
   * PlaceholderConflictError
   */
  async preview(body: PreviewBody): Promise<Preview> {
    const found = await this.find(body);
    const template = {
      nodeName: 'nodeName' in body ? body.nodeName : 'preview',
      language: 'language' in body ? body.language : anyLanguage,
      label: 'preview',
      version: found.version ?? 0,
      system: found.system,
      body: found.template,
      dynamicPlaceholders: found.dynamicPlaceholders,
      cacheTtlMs: 0,
      allowStale: false,
      localShare: 1,
    };
    const rendered = renderPrompt({ template, settings: body.placeholders }, body.context);
    return { ...rendered, dynamicPlaceholders: found.dynamicPlaceholders, version: found.version };
  }

  private async find(body: PreviewBody): Promise<Previewed> {
    if ('nodeName' in body) return this.catalog.version(body, body.version);
    const { system, template, dynamicPlaceholders: declared } = body;
    const draft = { system, body: template, dynamicPlaceholders: declared };
    const { dynamicPlaceholders, faults } = checkDraft(draft, await this.catalog.staticNames());
    if (faults.length > 0) throw new PromptInvalidError('preview', faults);
    return { system, template, dynamicPlaceholders, version: null };
  }
}
