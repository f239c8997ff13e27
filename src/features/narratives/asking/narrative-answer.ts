import type { Reason, Source } from '../../../core/index.js';
import type { JsonObject } from '../narrative/json.js';
import type { Narrative } from '../narrative/narrative.js';

/** What is asked for, and for whom. */
export interface NarrativeQuestion {
  readonly profile: JsonObject;
  /** `null`: nobody is named. */
  readonly userId: string | null;
  /** Whether the template's text may stand in for a narrative. Default: yes. */
  readonly allowFallback?: boolean;
  /** Made anew whatever is held. Default: no. */
  readonly bypass?: boolean;
}

/** How far a narrative may be trusted, and how long it is meant to last; dates in ISO 8601. */
export interface NarrativeMeta {
  readonly source: Source;
  readonly isStale: boolean;
  readonly ageMs: number;
  readonly createdAt: string | null;
  readonly refreshedAt: string | null;
  readonly staleAfter: string | null;
}

export interface NarrativeAnswer {
  readonly narrative: Narrative;
  readonly meta: NarrativeMeta;
  readonly reason: Reason;
  /** It is the template's text. */
  readonly fallback?: true;
}
