import { createHash } from 'node:crypto';
import type { LabelledPromptData, PersonSettings, PromptLabel, PromptMode } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import type { PromptDataAnswer } from '../prompt/prompt-wire.js';
import { compileTemplate } from '../rendering/compile-template.js';

/** All of an answer that does not depend on when it is given. */
interface Made {
  readonly mode: PromptMode;
  readonly etag: string;
  readonly body: Omit<PromptDataAnswer, 'meta'>;
}

interface OfTemplate {
  /** What it uses. */
  readonly names: readonly string[];
  readonly bySettings: WeakMap<PersonSettings, Made>;
}

/** Templates and settings stay the same objects for as long as they are current: a warm answer hashes nothing. */
const made = new WeakMap<PromptTemplate, OfTemplate>();

/** What is answered, and its ETag: weak, because two answers with the same differ in the age they tell. */
export interface AnsweredPromptData {
  readonly etag: string;
  readonly answer: PromptDataAnswer;
}

export function answerPromptData(data: LabelledPromptData): AnsweredPromptData {
  const { template, settings, mode } = data;
  const known = made.get(template) ?? knowTemplate(template);
  const before = known.bySettings.get(settings);
  const { etag, body } = before?.mode === mode ? before : make(data, known);
  return { etag, answer: { ...body, meta: metaOf(data) } };
}

export const metaOf = ({ source, reason, isStale, ageMs }: PromptLabel): PromptDataAnswer['meta'] => ({
  source,
  reason,
  is_stale: isStale,
  age_ms: ageMs,
});

function knowTemplate(template: PromptTemplate): OfTemplate {
  const { names } = compileTemplate(template, template.nodeName);
  const known = { names, bySettings: new WeakMap<PersonSettings, Made>() };
  made.set(template, known);
  return known;
}

function make({ template, settings, mode }: LabelledPromptData, { names, bySettings }: OfTemplate): Made {
  const used = names.filter((name) => Object.hasOwn(settings, name));
  const body = {
    node_name: template.nodeName,
    language: template.language,
    label: template.label,
    template_version: template.version,
    template: template.body,
    system: template.system,
    user_placeholders: Object.fromEntries(used.map((name) => [name, settings[name]!])),
    required_dynamic_placeholders: [...template.dynamicPlaceholders],
    cache_ttl: template.cacheTtlMs / 1_000,
    allow_stale: template.allowStale,
    mode,
  };
  const sha256 = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  const answer = { mode, etag: `W/"${sha256.slice(0, 22)}"`, body };
  bySettings.set(settings, answer);
  return answer;
}
