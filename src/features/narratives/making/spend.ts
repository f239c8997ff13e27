import type { CallRecord } from '../../model-config/index.js';

/** What asking models came to. */
export interface Spend {
  /** In and out together; `null` where an upstream did not say. */
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** Nobody was asked. */
export const noSpend: Spend = Object.freeze({ tokens: 0, costUsd: 0 });

const sum = (one: number | null, other: number | null) =>
  one === null || other === null ? null : one + other;

/** Pure. */
export const addSpend = (one: Spend, other: Spend): Spend => ({
  tokens: sum(one.tokens, other.tokens),
  costUsd: sum(one.costUsd, other.costUsd),
});

/** Pure: of every model that was asked, answered or not. */
export const spendOf = (calls: readonly CallRecord[]): Spend =>
  calls.reduce<Spend>(
    (total, { inputTokens, outputTokens, costUsd }) =>
      addSpend(total, { tokens: sum(inputTokens, outputTokens), costUsd }),
    noSpend,
  );
