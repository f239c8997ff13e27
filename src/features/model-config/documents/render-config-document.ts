import { stringify } from 'yaml';
import { judgeSettingsSchema, type ConfigDocument } from '../rows/config-document.js';
import { groupBy } from '../rows/group-by.js';
import { pickSettings } from '../rows/pick-settings.js';
import type { ProposedConfig } from '../rows/proposed-config.js';
import { withoutFacts } from '../rows/row-facts.js';
import { namePhase } from '../rows/name-rows.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** A whole configuration as a document, in an order that does not depend on when a row was written. */
function toConfigDocument({ models, phases, judges, reserves }: ProposedConfig): ConfigDocument {
  const panels = [...groupBy(judges, (row) => row.language)].map(([language, rows]) => {
    const { independenceWaiver } = rows[0]!;
    const roles = rows.map((row) => [row.role, pickSettings(judgeSettingsSchema, row)] as const);
    return { language, ...Object.fromEntries(roles), independenceWaiver };
  });
  return {
    models: inOrder(models, ({ id }) => id).map(withoutFacts),
    phases: inOrder(phases, namePhase).map(withoutFacts),
    judges: inOrder(panels, ({ language }) => language) as ConfigDocument['judges'],
    reserves: inOrder(reserves, ({ language }) => language).map(withoutFacts),
  };
}

/** A text that `readConfigDocument` reads back. */
export function renderConfigDocument(snapshot: Snapshot, format: 'yaml' | 'json'): string {
  const document = toConfigDocument(rowsOf(snapshot));
  return format === 'json'
    ? `${JSON.stringify(document, null, 2)}\n`
    : stringify(document, { aliasDuplicateObjects: false });
}

function inOrder<R>(rows: readonly R[], nameOf: (row: R) => string): R[] {
  return rows
    .map((row) => ({ row, name: nameOf(row) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ row }) => row);
}
