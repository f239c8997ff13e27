import { Inject, Injectable } from '@nestjs/common';
import type { Loaded, LoadRequest, Origin } from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import { languageFallbacks } from '../../../platform/language/index.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { promptsStream } from '../prompts.policy.js';
import { keepIfSame } from './keep-if-same.js';
import { parseTemplateKey } from './template-key.js';

/** `$2`: node name; `$3`: languages, the one that is wanted most first; `$4`: label. */
const templateSql = `
  SELECT json_build_object('nodeName', t.node_name, 'language', t.language, 'label', l.label, 'version', t.version,
    'system', t.system, 'body', t.body, 'dynamicPlaceholders', t.required_dynamic_placeholders,
    'cacheTtlMs', t.cache_ttl_s * 1000::float8, 'allowStale', t.allow_stale, 'localShare', coalesce(m.local_share, 1))
  FROM lastgood.prompt_labels l
  JOIN lastgood.prompt_templates t USING (node_name, language, version)
  LEFT JOIN lastgood.prompt_modes m USING (node_name)
  WHERE l.node_name = $2 AND l.language = ANY($3::text[]) AND l.label = $4 AND t.status = 'active'
  ORDER BY array_position($3::text[], l.language) LIMIT 1`;

/** Loads what a label stands for, in the most specific language there is, with its `asOf`, in one plain statement. */
@Injectable()
export class TemplateRepository implements Origin<PromptTemplate> {
  constructor(@Inject(StreamReader) private readonly reader: StreamReader) {}

  /** @param key a `templateKey` */
  async load(key: string, { held, signal }: LoadRequest<PromptTemplate>): Promise<Loaded<PromptTemplate>> {
    const { nodeName, language, label } = parseTemplateKey(key);
    const { asOf, rows } = await this.reader.read<{ template: PromptTemplate | null }>(
      promptsStream,
      { template: templateSql },
      [nodeName, languageFallbacks(language), label],
      signal,
    );
    const scopes = [`prompt:${nodeName}`];
    if (rows.template === null) return { absent: true, asOf, scopes };
    const value = keepIfSame(held, rows.template);
    return { value, asOf, scopes, maxAgeMs: value.cacheTtlMs };
  }
}
