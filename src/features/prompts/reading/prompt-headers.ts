import type { ResolvedPolicy } from '../../../core/index.js';
import { cacheControl, cacheStatus } from '../../../platform/cache/index.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';

/**
 * Pure: what an answer says of itself to caches: the template's words on how old it may become.
 * @param policy of the namespace of templates
 */
export function promptHeaders(
  { template, source, reason, ageMs }: LabelledPromptData,
  { revalidateMs, staleMs }: Pick<ResolvedPolicy, 'revalidateMs' | 'staleMs'>,
): Record<string, string | number> {
  const { allowStale, cacheTtlMs } = template;
  return {
    age: Math.floor(ageMs / 1_000),
    'cache-control': cacheControl({ revalidateMs, staleMs: allowStale ? staleMs : 0 }),
    'cache-status': cacheStatus({ source, reason, ageMs }, { maxAgeMs: cacheTtlMs }),
  };
}
