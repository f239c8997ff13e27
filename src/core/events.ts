import type { Reason } from './cache/read-result.js';
import type { Gap } from './coherence/stream-state.js';
import type { EnvelopeFault } from './tiers/envelope.error.js';
import type { LockKind } from './tiers/lock.js';
import type { TierName } from './tiers/tier.js';

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
  /** Scopes of which nothing that was read before exists any more, in any tier. */
  | { readonly type: 'purged'; readonly stream: string; readonly scopes: readonly string[] }
  | { readonly type: 'history-adopted'; readonly stream: string; readonly gap: Gap | null }
  | { readonly type: 'lineage-lost'; readonly stream: string; readonly gap: Gap }
  /** One operation that a tier did not carry out; `skipped` where it was not even asked. */
  | {
      readonly type: 'tier-failed';
      readonly tier: TierName;
      readonly operation: 'get' | 'set' | 'delete' | 'lock' | 'rate' | 'scan' | 'start';
      readonly error: unknown;
    }
  /** A look into a tier beyond memory that was answered. */
  | {
      readonly type: 'tier-read';
      readonly tier: TierName;
      readonly namespace: string;
      readonly isHit: boolean;
      readonly durationMs: number;
    }
  /** A lock that all processes share was taken here, or is held by another one. */
  | {
      readonly type: 'lock';
      readonly namespace: string;
      readonly kind: LockKind;
      readonly result: 'acquired' | 'contended';
    }
  | { readonly type: 'lock-released'; readonly namespace: string }
  /** A load behind a stale answer; `skipped` where another process runs it. */
  | {
      readonly type: 'refresh';
      readonly namespace: string;
      readonly result: 'started' | 'skipped' | 'succeeded' | 'failed';
    }
  /** A tier stopped answering and is left alone, or answers again. */
  | { readonly type: 'tier-state'; readonly tier: TierName; readonly isUp: boolean }
  /** What was stored could not be read: it is deleted. */
  | {
      readonly type: 'entry-corrupt';
      readonly tier: TierName;
      readonly namespace: string;
      /** What is wrong with it. */
      readonly fault: EnvelopeFault | 'schema';
    }
  /** Tiers held observations of one key that were made at different moments: the newest stands, and goes to all of them. */
  | { readonly type: 'tiers-disagreed'; readonly namespace: string }
  /** Nothing of a namespace is replaced in this process, since now or for so long. */
  | {
      readonly type: 'namespace-frozen';
      readonly namespace: string;
      readonly reason: string;
      readonly by: string;
      readonly frozenForMs: number;
    }
  | {
      readonly type: 'namespace-thawed';
      readonly namespace: string;
      readonly reason: string;
      readonly by: string;
    }
  /** Stored bytes, after compression. */
  | {
      readonly type: 'entry-stored';
      readonly tier: TierName;
      readonly namespace: string;
      readonly bytes: number;
    }
  /** One model that was asked, with all attempts; a fallback is a call of its own. */
  | {
      readonly type: 'llm-call';
      readonly phase: string;
      readonly modelId: string;
      readonly rank: 'primary' | 'fallback' | 'emergency';
      /** `ok`, or why there was no answer: one of few words, never what the upstream wrote. */
      readonly outcome: string;
      /** `null`: the upstream did not say. */
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
      /** `null` where tokens or prices are not known. */
      readonly costUsd: number | null;
      readonly durationMs: number;
    }
  /** A panel judged a draft. */
  | {
      readonly type: 'judges-voted';
      readonly language: string;
      readonly method:
        'agreement' | 'tiebreak_majority' | 'tiebreak_split' | 'degraded_two' | 'degraded_single' | 'failed';
      /** The third judge, whom agreement spares. */
      readonly thirdAsked: boolean;
      /** Those that are not void. */
      readonly verdicts: readonly { readonly modelId: string; readonly recommendation: string }[];
    }
  | {
      readonly type: 'lesson-ended';
      readonly outcome: 'accepted' | 'best-effort' | 'escalated' | 'failed' | 'cancelled';
      readonly durationMs: number;
    }
  /** What was found wrong with a tier as it was set up; for people. */
  | { readonly type: 'tier-warning'; readonly tier: TierName; readonly message: string };

/** Takes events synchronously; must not throw and must not wait. */
export type Report = (event: LastgoodEvent) => void;
