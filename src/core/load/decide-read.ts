import type { Band } from '../policy/band.js';

/** Everything a read depends on besides the value. */
export interface ReadFacts {
  /** The band of what is held; an expired "does not exist" counts as nothing. */
  readonly held: Band | 'nothing';
  /** The origin failed lately and is left alone for now. */
  readonly backingOff: boolean;
  /** Milliseconds this caller may still wait for the origin while something is held. */
  readonly softBudgetMs: number;
}

/**
 * - `held`: what is held, now; `load` says whether a refresh runs behind it
 * - `race`: the loaded value if it comes within the soft budget, else what is held
 * - `loaded`: the loaded value, or an error by the hard timeout
 * - `error`: at once
 */
export type Decision =
  | { readonly serve: 'held'; readonly load: boolean }
  | { readonly serve: 'race'; readonly load: true }
  | { readonly serve: 'loaded'; readonly load: true }
  | { readonly serve: 'error'; readonly load: false };

const heldAlone: Decision = { serve: 'held', load: false };
const heldWithRefresh: Decision = { serve: 'held', load: true };
const race: Decision = { serve: 'race', load: true };
const loaded: Decision = { serve: 'loaded', load: true };
const error: Decision = { serve: 'error', load: false };

/** Pure: the whole reading policy (the band table of DESIGN §1). */
export function decideRead({ held, backingOff, softBudgetMs }: ReadFacts): Decision {
  switch (held) {
    case 'fresh':
      return heldAlone;
    case 'revalidate':
      return backingOff ? heldAlone : heldWithRefresh;
    case 'if-error':
      if (backingOff) return heldAlone;
      return softBudgetMs > 0 ? race : heldWithRefresh;
    case 'expired':
    case 'nothing':
      return backingOff ? error : loaded;
  }
}
