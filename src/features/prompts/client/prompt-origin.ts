import { UnavailableError, type Loaded, type LoadRequest, type Origin } from '../../../core/index.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import { promptDataAnswer } from '../prompt/prompt-wire.js';
import { toHeldPrompt, type HeldPrompt } from './held-prompt.js';
import { parseToldLabel } from './parse-told-label.js';
import { queryOf } from './prompt-key.js';
import type { ServiceAnswer, ServiceClient } from './service-client.js';
import { SharedTemplates } from './shared-templates.js';
import { toPromptError } from './to-prompt-error.js';

/** A template of 64 KB, 100 settings of 8 KB, and what JSON makes of them. */
export const dataBytes = 4_194_304;

/** Loads what prompts are made of from the service; what did not change is not sent again. */
export class PromptOrigin implements Origin<HeldPrompt> {
  private readonly templates = new SharedTemplates();

  constructor(
    private readonly service: ServiceClient,
    /** Fresh no longer than this, whatever the template says (ms). */
    private readonly maxAgeMs: number,
  ) {}

  async load(key: string, { signal, held }: LoadRequest<HeldPrompt>): Promise<Loaded<HeldPrompt>> {
    const query = queryOf(key);
    const known = held === undefined || held.absent ? null : held.value;
    const answer = await this.service.post({
      path: 'prompt-data',
      body: toWire(query),
      etag: known?.etag ?? null,
      maxBytes: dataBytes,
      signal,
    });
    if (answer.status === 200) return this.loadedOf(answer.body, answer.headers.get('etag'), query);
    if (answer.status === 304 && known !== null) return this.confirmed(known, answer);
    const error = toPromptError(answer, query);
    if (error instanceof PromptNotFoundError) return { absent: true };
    throw error;
  }

  /** @throws UnavailableError for what is no such answer, or an answer to something else */
  loadedOf(body: unknown, etag: string | null, query: PromptQuery): Loaded<HeldPrompt> {
    const { data } = promptDataAnswer.safeParse(body);
    // The library that checks it quotes nothing, but nothing of it is needed either.
    if (data === undefined || data.node_name !== query.nodeName || data.label !== query.label) {
      throw new UnavailableError('The prompt service answered something else than prompt data', 0);
    }
    const value = toHeldPrompt(data, etag, (template) => this.templates.share(template));
    return { value, maxAgeMs: this.freshForMs(value) };
  }

  private confirmed(known: HeldPrompt, { headers }: ServiceAnswer): Loaded<HeldPrompt> {
    const told = parseToldLabel(headers);
    if (told === null) throw new UnavailableError('The prompt service does not say how old its answer is', 0);
    const value = { ...known, told };
    return { value, maxAgeMs: this.freshForMs(value) };
  }

  /** What is left of its time: it was not new when it came. */
  private freshForMs({ template, told }: HeldPrompt): number {
    return Math.max(0, Math.min(template.cacheTtlMs, this.maxAgeMs) - told.ageMs);
  }
}

/** A query as the service is asked. */
export const toWire = ({ userId, nodeName, language, label }: PromptQuery) => ({
  user_id: userId,
  node_name: nodeName,
  language,
  label,
});
