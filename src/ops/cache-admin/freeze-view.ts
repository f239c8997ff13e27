import { renderPoint } from '../../core/index.js';
import type { FreezesService, Frozen, Namespace } from '../../platform/cache/index.js';

/** Whether a namespace is frozen in this process, and what it serves. */
export interface FreezeView {
  readonly namespace: string;
  readonly frozen: Frozen | null;
  readonly outlastsRestart: boolean;
  readonly held: number;
  readonly serves: {
    /** `epoch:version`. */
    readonly version: string | null;
    readonly source: string;
    readonly reason: string;
    readonly isStale: boolean;
  } | null;
}

/** @param held `undefined` for a namespace that was frozen once and is none any more */
export function freezeView(
  namespace: string,
  held: Namespace | undefined,
  freezes: Pick<FreezesService, 'of' | 'isKept'>,
): FreezeView {
  const read = held === undefined || held.pinnedKey === null ? null : held.reader.describe(held.pinnedKey);
  return {
    namespace,
    frozen: freezes.of(namespace),
    outlastsRestart: freezes.isKept,
    held: held?.cache.size ?? 0,
    serves: read && {
      version: read.asOf && renderPoint(read.asOf),
      source: read.source,
      reason: read.reason,
      isStale: read.isStale,
    },
  };
}
