import { Inject, Injectable } from '@nestjs/common';
import {
  TooStaleError,
  UnavailableError,
  untilAborted,
  type Reader,
  type ReadResult,
} from '../../../core/index.js';
import type { LabelledPromptData, PersonSettings } from '../prompt/prompt-data.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptContext, PromptSource } from '../prompt/prompt-source.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { joinParts } from './join-parts.js';
import { labelRendered } from '../rendering/label-rendered.js';
import { PROMPT_SETTINGS_READER, PROMPT_TEMPLATES_READER } from './prompt-readers.js';
import { readFresh } from './read-fresh.js';
import { templateKey } from './template-key.js';

/** How one part is read. */
type ReadPart = <T>(reader: Reader<T>, key: string) => Promise<ReadResult<T>>;

/** The `PromptSource` of the service: the database, and a cache of templates and one of settings before it. */
@Injectable()
export class DatabasePromptSource implements PromptSource {
  constructor(
    @Inject(PROMPT_TEMPLATES_READER) private readonly templates: Reader<PromptTemplate>,
    @Inject(PROMPT_SETTINGS_READER) private readonly settings: Reader<PersonSettings>,
  ) {}

  peek(query: PromptQuery): LabelledPromptData | null {
    const template = this.templates.peek(templateKey(query));
    if (template === null || template.absent) return null;
    const { userId } = query;
    if (userId === null) return joinParts(userId, template, null);
    const settings = this.settings.peek(userId);
    return settings && joinParts(userId, template, settings);
  }

  get(query: PromptQuery): Promise<LabelledPromptData> {
    return this.read(query, (reader, key) => reader.get(key));
  }

  /** Settings outlive the template's `cache_ttl` in their cache, and not here. */
  async getFresh(query: PromptQuery): Promise<LabelledPromptData> {
    const { userId } = query;
    try {
      const template = await readFresh(this.templates, templateKey(query));
      if (template.absent) throw new PromptNotFoundError(query);
      const settings =
        userId === null ? null : await readFresh(this.settings, userId, template.data.cacheTtlMs);
      return joinParts(userId, template, settings);
    } catch (error) {
      if (!(error instanceof TooStaleError)) throw error;
      throw new PromptTooStaleError(query, error.ageMs, error.retryAfterMs, error.cause);
    }
  }

  async generate(query: PromptQuery, context: PromptContext, signal: AbortSignal): Promise<RenderedPrompt> {
    const data = await untilAborted(this.readNow(query), signal);
    return labelRendered({ ...data, mode: 'remote' }, context);
  }

  /** As the database has it since this was asked: what is held may only be what it has confirmed since. */
  private async readNow(query: PromptQuery): Promise<LabelledPromptData> {
    try {
      return await this.read(query, (reader, key) => reader.getWithin(key, 0));
    } catch (error) {
      if (!(error instanceof TooStaleError)) throw error;
      const message = `Prompt "${query.nodeName}": the database gives nothing now`;
      throw new UnavailableError(message, error.retryAfterMs, error.cause);
    }
  }

  /** Both at once. That there is no template is told whatever becomes of the settings. */
  private async read(query: PromptQuery, readPart: ReadPart): Promise<LabelledPromptData> {
    const { userId } = query;
    const settings = userId === null ? null : readPart(this.settings, userId);
    settings?.catch(() => undefined);
    const template = await readPart(this.templates, templateKey(query));
    if (template.absent) throw new PromptNotFoundError(query);
    return joinParts(userId, template, await settings);
  }
}
