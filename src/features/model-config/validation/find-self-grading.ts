import type { Fault } from './fault.js';
import { nameJudge, namePhase } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

/** Every other phase generates, `global_default` and `emergency` too: any phase can end in them. */
const judgingPhases: ReadonlySet<string> = new Set(['stage_6_judge']);

const fields = ['modelId', 'fallbackModelId'] as const;

interface Uses {
  readonly first: string;
  count: number;
}

/**
 * Judges that could grade their own output: no model of any panel, fallbacks included, may be a model of any row that
 * generates, fallbacks included. Languages make no difference: a row for one language serves its regional variants,
 * and a panel for `any` grades them all, so that a rule per language would hang on who happens to ask. A panel may
 * waive this rule, and this one only, by saying why.
 */
export function findSelfGrading({ phases, judges }: ProposedConfig): Fault[] {
  const generators = findGenerators(phases);
  return judges.flatMap((row) =>
    (row.independenceWaiver === null ? fields : []).flatMap((field) => {
      const uses = generators.get(row[field] ?? '');
      if (!uses) return [];
      const others = uses.count > 1 ? ` and ${uses.count - 1} more` : '';
      const message = `${field} "${row[field]}" also generates, as ${uses.first}${others}; a judge must never grade its own output`;
      return [{ path: `${nameJudge(row)}.${field}`, message }];
    }),
  );
}

function findGenerators(phases: ProposedConfig['phases']): ReadonlyMap<string, Uses> {
  const generators = new Map<string, Uses>();
  for (const row of phases) {
    if (judgingPhases.has(row.phase)) continue;
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
