import { modelSettingsSchema, phaseSettingsSchema } from '../rows/config-document.js';
import { pickSettings } from '../rows/pick-settings.js';
import type { RowFacts } from '../rows/row-facts.js';
import type { ModelRow, PhaseRow } from '../snapshot/snapshot.js';
import type { AdminModel, AdminPhase } from './admin-row.answers.js';

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
    settings: pickSettings(phaseSettingsSchema, row),
    ...factsOf(row),
  };
}

export function toAdminModel(row: ModelRow): AdminModel {
  return { id: row.id, settings: pickSettings(modelSettingsSchema, row), ...factsOf(row) };
}
