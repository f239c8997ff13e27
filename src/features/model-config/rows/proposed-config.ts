import type {
  ConfigDocument,
  JudgeSettings,
  ModelSettings,
  PanelSettings,
  PhaseKey,
  PhaseSettings,
} from './config-document.js';
import type { JudgeRole } from './judge-config.entity.js';

export type ProposedModel = Readonly<ModelSettings & { id: string }>;
export type ProposedPhase = Readonly<PhaseSettings & PhaseKey>;
export type ProposedJudge = Readonly<
  JudgeSettings & Pick<PanelSettings, 'independenceWaiver'> & { language: string; role: JudgeRole }
>;
export type ProposedReserve = Readonly<{ language: string; reservePercent: number }>;

/** A whole configuration as rows, wherever they come from: a file, an edit not yet written, or the database. */
export interface ProposedConfig {
  readonly models: readonly ProposedModel[];
  readonly phases: readonly ProposedPhase[];
  readonly judges: readonly ProposedJudge[];
  readonly reserves: readonly ProposedReserve[];
}

export const judgeRoles: readonly JudgeRole[] = ['primary', 'secondary', 'tiebreaker'];

export function fromDocument(document: ConfigDocument): ProposedConfig {
  return {
    ...document,
    judges: document.judges.flatMap(({ language, ...panel }) => toJudges(language, panel)),
  };
}

/** What is said of a panel stands in each of its rows. */
export function toJudges(language: string, panel: PanelSettings): ProposedJudge[] {
  const { independenceWaiver } = panel;
  return judgeRoles.map((role) => ({ ...panel[role], language, role, independenceWaiver }));
}
