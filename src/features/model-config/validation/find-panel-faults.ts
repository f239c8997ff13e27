import { groupBy } from '../rows/group-by.js';
import type { Fault } from './fault.js';
import type { JudgeRole } from '../rows/judge-config.entity.js';
import { nameJudge, namePanel } from '../rows/name-rows.js';
import { judgeRoles, type ProposedConfig, type ProposedJudge } from '../rows/proposed-config.js';

type Judges = ReadonlyMap<JudgeRole, ProposedJudge>;

const fewestFamilies = 2;

/** Panels that aren't three independent judges. */
export function findPanelFaults({ models, judges }: ProposedConfig): Fault[] {
  const families = new Map(models.map(({ id, family }) => [id, family]));
  const panels = [...groupBy(judges, (row) => row.language)];
  return [
    ...judges.flatMap(findWeightFault),
    ...panels.flatMap(([language, rows]) => {
      const panel: Judges = new Map(rows.map((row) => [row.role, row]));
      return [
        ...findMissingRoles(panel),
        ...findSharedModels(panel),
        ...findTooFewFamilies(panel, families),
        ...findSplitWaiver(rows),
      ].map((message) => ({ path: namePanel(language), message }));
    }),
  ];
}

function findWeightFault(row: ProposedJudge): Fault[] {
  if (row.weight > 0 && row.weight <= 1) return [];
  const message = `weight ${row.weight} is not above 0 and at most 1`;
  return [{ path: `${nameJudge(row)}.weight`, message }];
}

function findMissingRoles(panel: Judges): string[] {
  return judgeRoles
    .filter((role) => !panel.has(role))
    .map((role) => `role "${role}" is missing; a panel has ${judgeRoles.join(', ')}`);
}

function findSharedModels(panel: Judges): string[] {
  return [...groupBy(panel.values(), (row) => row.modelId)]
    .filter(([, rows]) => rows.length > 1)
    .map(([modelId, rows]) => {
      const roles = rows.map((row) => row.role).join(' and ');
      return `modelId "${modelId}" is ${roles}; a panel has ${judgeRoles.length} distinct models`;
    });
}

/** Says nothing while a judge or its family is unknown: that is a fault already, and mending it may mend this. */
function findTooFewFamilies(panel: Judges, families: ReadonlyMap<string, string>): string[] {
  const names = judgeRoles.map((role) => families.get(panel.get(role)?.modelId ?? ''));
  const distinct = new Set(names);
  if (distinct.has(undefined) || distinct.size >= fewestFamilies) return [];
  return [`family "${names[0]}" is that of all judges; a panel has at least ${fewestFamilies} families`];
}

/** Only psql can write it into some rows of a panel. */
function findSplitWaiver(rows: readonly ProposedJudge[]): string[] {
  if (new Set(rows.map((row) => row.independenceWaiver)).size <= 1) return [];
  return ['independenceWaiver differs between the judges; it is the whole panel that has one'];
}
