import {
  judgeSettingsSchema,
  modelSettingsSchema,
  phaseSettingsSchema,
  type JudgeSettings,
  type ModelSettings,
  type PhaseKey,
  type PhaseSettings,
} from '../rows/config-document.js';
import type { JudgeRow, ModelRow, PhaseRow, RowFacts } from '../snapshot/snapshot.js';

/** A row as editors see it: what can be changed apart from what names it and what is told of it. */
export type AdminPhase = PhaseKey & RowFacts & { readonly settings: PhaseSettings };
export type AdminModel = RowFacts & { readonly id: string; readonly settings: ModelSettings };

function pick<S extends object>(schema: { shape: S }, row: object): { [K in keyof S]: never } {
  const entries = Object.entries(row).filter(([field]) => field in schema.shape);
  return Object.fromEntries(entries) as { [K in keyof S]: never };
}

const factsOf = ({ version, createdAt, updatedAt, updatedBy }: RowFacts): RowFacts => ({
  version,
  createdAt,
  updatedAt,
  updatedBy,
});

export function toAdminPhase(row: PhaseRow): AdminPhase {
  const { phase, courseId, language, contextTier } = row;
  return {
    phase,
    courseId,
    language,
    contextTier,
    settings: pick(phaseSettingsSchema, row),
    ...factsOf(row),
  };
}

export function toAdminModel(row: ModelRow): AdminModel {
  return { id: row.id, settings: pick(modelSettingsSchema, row), ...factsOf(row) };
}

export function toJudgeSettings(row: JudgeRow): JudgeSettings {
  return pick(judgeSettingsSchema, row);
}
