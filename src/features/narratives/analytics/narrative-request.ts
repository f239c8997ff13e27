/** What became of a request; `refresh` is no request, but a generation that none waited for. */
export type NarrativeOutcome = 'fresh' | 'stale' | 'made' | 'fallback' | 'invalid' | 'failed' | 'refresh';

/** One request, as it is analysed (NA-9). */
export interface NarrativeRequest {
  /** When it was asked, on the clock's timeline. */
  readonly askedAt: number;
  /** `null`: nobody was named. */
  readonly userId: string | null;
  /** What it was answered from, or would have been: by it a person's narratives are found when they are to go. */
  readonly key: string;
  readonly outcome: NarrativeOutcome;
  readonly durationMs: number;
  /** Of the profile: the primary one, or both of a hybrid. */
  readonly systems: readonly string[];
  /** In and out together, of the models that were asked for this request; 0 where none was, `null` where not known. */
  readonly tokens: number | null;
  readonly costUsd: number | null;
  /** What making the narrative had cost that was served without making it; `null` where not known, or not served. */
  readonly savedUsd: number | null;
}
