import { reasons, sources } from '../../../core/index.js';
import type { PromptLabel } from '../prompt/prompt-data.js';

const reasonRank = new Map(reasons.map((reason, rank) => [reason, rank]));
const sourceRank = new Map(sources.map((source, rank) => [source, rank]));

/** What a reader says of a part. */
type PartLabel = Omit<PromptLabel, 'ageMs'> & { readonly age: number };

/** Pure: the one of two parts that may be trusted less; of two that are alike, the one from further away. */
export function worseLabel(one: PartLabel, other: PartLabel): PartLabel {
  if (one.isStale !== other.isStale) return one.isStale ? one : other;
  const seriousness = reasonRank.get(one.reason)! - reasonRank.get(other.reason)!;
  const distance = sourceRank.get(one.source)! - sourceRank.get(other.source)!;
  return (seriousness === 0 ? distance : seriousness) >= 0 ? one : other;
}
