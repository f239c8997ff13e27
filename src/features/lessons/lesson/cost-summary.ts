/** What some calls came to. */
export type CostSum = {
  readonly calls: number;
  /** Of the calls that said. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly costUsd: number;
  /** False where a call may have cost what nobody said: the sums are the least it was. */
  readonly isComplete: boolean;
};

/** Those of one phase to one model. */
export type CostRow = CostSum & { readonly phase: string; readonly modelId: string };

/** All of them; rows in the order of first use. */
export type CostSummary = CostSum & { readonly rows: readonly CostRow[] };
