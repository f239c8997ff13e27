import { buildSnapshot } from '../../src/features/model-config/snapshot/build-snapshot.js';
import type { JudgeRole } from '../../src/features/model-config/rows/judge-config.entity.js';
import type {
  ProposedConfig,
  ProposedJudge,
  ProposedModel,
  ProposedPhase,
} from '../../src/features/model-config/rows/proposed-config.js';
import type { ConfigRows, Snapshot } from '../../src/features/model-config/snapshot/snapshot.js';

const moment = '2026-01-01T00:00:00.000Z';

export const aModel = (id: string, over: Partial<ProposedModel> = {}): ProposedModel => ({
  id,
  displayName: id,
  family: id,
  maxContextTokens: 100_000,
  inputUsdPerMtok: 0,
  outputUsdPerMtok: 0,
  supportsCacheRead: false,
  status: 'active',
  retiresAt: null,
  replacementId: null,
  ...over,
});

export const aPhase = (phase: string, over: Partial<ProposedPhase> = {}): ProposedPhase => ({
  phase,
  courseId: null,
  language: 'any',
  contextTier: 'standard',
  modelId: 'a/writer',
  fallbackModelId: 'b/writer',
  temperature: 0,
  maxTokens: 4_096,
  maxContextTokens: 50_000,
  qualityThreshold: null,
  maxRetries: 0,
  timeoutMs: null,
  cacheReadEnabled: false,
  ...over,
});

export const aJudge = (
  role: JudgeRole,
  modelId: string,
  over: Partial<ProposedJudge> = {},
): ProposedJudge => ({
  language: 'any',
  role,
  modelId,
  fallbackModelId: null,
  weight: 1,
  temperature: 0,
  maxTokens: 2_048,
  timeoutMs: null,
  displayName: modelId,
  calibratedAt: null,
  calibrationN: null,
  kappa: null,
  independenceWaiver: null,
  ...over,
});

/** At the limit of every rule, and beyond none. */
export const validConfig = {
  models: [
    aModel('a/writer'),
    aModel('b/writer', { maxContextTokens: 80_000 }),
    aModel('c/judge', { family: 'one' }),
    aModel('d/judge', { family: 'one' }),
    aModel('e/judge', { family: 'two', maxContextTokens: 10_000 }),
    aModel('f/judge', { family: 'one' }),
    aModel('g/old', { status: 'retired', replacementId: 'a/writer' }),
  ],
  phases: [
    aPhase('global_default'),
    aPhase('stage_2', { contextTier: 'extended' }),
    aPhase('stage_3', { language: 'ru', maxTokens: 80_000, maxContextTokens: 80_000 }),
    aPhase('stage_6_judge', { modelId: 'c/judge', fallbackModelId: 'd/judge' }),
  ],
  judges: [
    aJudge('primary', 'c/judge'),
    aJudge('secondary', 'd/judge', { fallbackModelId: 'f/judge', weight: 0.001 }),
    aJudge('tiebreaker', 'e/judge', { maxTokens: 10_000 }),
  ],
  reserves: [{ language: 'any', reservePercent: 0 }],
} satisfies ProposedConfig;

export function changed<T extends object>(rows: readonly T[], at: number, change: Partial<T>): T[] {
  return rows.map((row, index) => (index === at ? { ...row, ...change } : row));
}

/** Rows as the database would give them, each with a version of its own. */
export function toRows({ models, phases, judges, reserves }: ProposedConfig): ConfigRows {
  let version = 0;
  const facts = () => ({ version: ++version, createdAt: moment, updatedAt: moment, updatedBy: 'test' });
  return {
    models: models.map((row) => ({ ...row, ...facts() })),
    phases: phases.map((row) => ({ ...row, ...facts() })),
    judges: judges.map((row) => ({ ...row, ...facts() })),
    reserves: reserves.map((row) => ({ ...row, ...facts() })),
  };
}

/** The snapshot of a configuration at a version of the epoch `e1`. */
export function aSnapshot(config: Partial<ProposedConfig>, version = 1): Snapshot {
  const asOf = { epoch: 'e1', version, changeId: `c${version}` };
  return buildSnapshot(toRows({ models: [], phases: [], judges: [], reserves: [], ...config }), asOf);
}
