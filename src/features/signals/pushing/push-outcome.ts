import type { SetOutcome, TierName } from '../../../core/index.js';

export type PushedTier = 'memory' | TierName;

/** JSON. */
export interface PushOutcome {
  /** `same`: this very value of this very moment was held before; nothing was written. */
  readonly outcome: 'stored' | 'older-than-held' | 'same';
  /** Of what stands now; ISO 8601. */
  readonly observedAt: string;
  readonly validUntil: string;
  /** What became of it in each tier that its type has here; none where nothing was written. */
  readonly tiers: Readonly<Partial<Record<PushedTier, SetOutcome | 'failed'>>>;
  /** It was pushed before under this idempotency key: this is what was answered then. */
  readonly repeated: boolean;
}
