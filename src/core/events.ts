import type { Reason } from './cache/read-result.js';
import type { Gap } from './coherence/stream-state.js';

/**
 * Everything the core and the features have to tell. Logs, metrics and the degraded state are folds over these;
 * a fresh hit tells nothing.
 */
export type LastgoodEvent =
  | {
      readonly type: 'load-succeeded';
      readonly namespace: string;
      readonly key: string;
      readonly version: number | null;
      readonly durationMs: number;
    }
  | {
      readonly type: 'load-failed';
      readonly namespace: string;
      readonly key: string;
      readonly error: unknown;
      /** In a row. */
      readonly failures: number;
      readonly retryInMs: number;
    }
  /** A load found other content at the version that is held: something was changed past the counter (CO-7). */
  | {
      readonly type: 'content-diverged';
      readonly namespace: string;
      readonly key: string;
      readonly version: number;
    }
  | {
      readonly type: 'stale-answer';
      readonly namespace: string;
      /** What was asked for, in words: `phase "stage_4", language "ru"`. */
      readonly subject: string;
      /** The model that was answered, where one was. */
      readonly modelId: string | null;
      readonly reason: Reason;
      readonly ageMs: number;
    }
  | {
      readonly type: 'lookup-failed';
      readonly namespace: string;
      readonly subject: string;
      readonly error: unknown;
    }
  /** Each poll that failed. */
  | { readonly type: 'feed-failed'; readonly stream: string; readonly error: unknown }
  /** The first poll that was answered, at boot and after failures. */
  | { readonly type: 'feed-answered'; readonly stream: string }
  /** A standby answered in place of the primary. */
  | { readonly type: 'feed-ignored'; readonly stream: string }
  | {
      readonly type: 'changes-applied';
      readonly stream: string;
      readonly version: number;
      readonly scopes: readonly string[];
    }
  | { readonly type: 'history-adopted'; readonly stream: string; readonly gap: Gap | null }
  | { readonly type: 'lineage-lost'; readonly stream: string; readonly gap: Gap };

/** Takes events synchronously; must not throw and must not wait. */
export type Report = (event: LastgoodEvent) => void;
