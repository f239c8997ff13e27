export type Verdict = 'ok' | 'warn' | 'fail';

/** What one look has told. */
export interface Found {
  readonly verdict: Verdict;
  /** One sentence; no secret. */
  readonly message: string;
  /** What to do; `null` where nothing is. */
  readonly advice: string | null;
}

export interface Finding extends Found {
  readonly check: string;
}

export const ok = (message: string): Found => ({ verdict: 'ok', message, advice: null });
export const warn = (message: string, advice: string): Found => ({ verdict: 'warn', message, advice });
export const fail = (message: string, advice: string): Found => ({ verdict: 'fail', message, advice });

/** Where another check says what is wrong. */
export const notLookedAt = (because: string): Found =>
  warn(`not looked at: ${because}`, 'mend that first, and ask again');
