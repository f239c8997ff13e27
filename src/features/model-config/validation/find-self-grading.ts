import type { Fault } from './fault.js';
import { nameJudge, namePhase } from '../rows/name-rows.js';
import type { ProposedConfig, ProposedPhase } from '../rows/proposed-config.js';

/** Every other phase generates, `global_default` and `emergency` too: any phase can end in them. */
const judgingPhases: ReadonlySet<string> = new Set(['stage_6_judge']);

const fields = ['modelId', 'fallbackModelId'] as const;

interface Uses {
  readonly first: string;
  count: number;
}

interface Grader {
  readonly path: string;
  readonly modelId: string;
  readonly fallbackModelId: string | null;
}

/**
 * Judges that could grade their own output: no model of any panel, nor of a phase that judges, fallbacks included, may
 * be a model of any row that generates, fallbacks included. Languages make no difference: a row for one language serves
 * its regional variants, and a panel for `any` grades them all, so that a rule per language would hang on who happens to
 * ask. A panel may waive this rule, and this one only, by saying why.
 */
export function findSelfGrading({ phases, judges }: ProposedConfig): Fault[] {
  const generators = findGenerators(phases);
  const graders: Grader[] = [
    ...judges
      .filter((row) => row.independenceWaiver === null)
      .map((row) => ({ ...row, path: nameJudge(row) })),
    ...phases.filter(isJudging).map((row) => ({ ...row, path: namePhase(row) })),
  ];
  const faults = graders.flatMap((row) =>
    fields.flatMap((field) => {
      const uses = generators.get(row[field] ?? '');
      if (!uses) return [];
      const others = uses.count > 1 ? ` and ${uses.count - 1} more` : '';
      const message = `${field} "${row[field]}" also generates, as ${uses.first}${others}; a judge must never grade its own output`;
      return [{ path: `${row.path}.${field}`, message }];
    }),
  );
  return [...faults, ...findJudgingByDefault(phases)];
}

const isJudging = ({ phase }: ProposedPhase): boolean => judgingPhases.has(phase);

/** A phase that judges must not end in `global_default`, which generates. */
function findJudgingByDefault(phases: ProposedConfig['phases']): Fault[] {
  const judging = new Set(phases.filter(isJudging).map(({ phase }) => phase));
  const covered = new Set(
    phases.filter((row) => row.courseId === null && row.language === 'any').map(({ phase }) => phase),
  );
  return [...judging]
    .filter((phase) => !covered.has(phase))
    .map((phase) => ({
      path: `phases[${phase}]`,
      message: `phase "${phase}" judges, and has no global row for language "any": "global_default" would answer, which generates`,
    }));
}

function findGenerators(phases: ProposedConfig['phases']): ReadonlyMap<string, Uses> {
  const generators = new Map<string, Uses>();
  for (const row of phases) {
    if (isJudging(row)) continue;
    for (const field of fields) {
      const modelId = row[field];
      if (modelId === null) continue;
      const uses = generators.get(modelId);
      if (uses) uses.count++;
      else generators.set(modelId, { first: `${field} of ${namePhase(row)}`, count: 1 });
    }
  }
  return generators;
}
