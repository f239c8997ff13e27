import type { EntityManager } from 'typeorm';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { judgeRoles, type ProposedConfig } from '../rows/proposed-config.js';
import { rowsAtVersion } from '../snapshot/snapshot.sql.js';
import { namesOf } from './names-of.js';
import type { Proposal } from './change-request.js';

/**
 * What brings the rows back that stood at a version.
 * @param only names of rows and panels; `null` for all
 * @throws ConfigNotFoundError for a version that history does not hold, and for a name that nothing has or had since
 */
export async function proposeVersion(
  manager: EntityManager,
  version: number,
  only: readonly string[] | null,
  standing: ProposedConfig,
): Promise<Proposal> {
  const [known] = (await manager.query(
    'SELECT EXISTS (SELECT 1 FROM lastgood.config_versions WHERE version = $1) AS held',
    [version],
  )) as [{ held: boolean }];
  if (!known.held) throw ConfigNotFoundError.version(version);
  const [{ removed, ...put }] = (await manager.query(rowsAtVersion, [version, only])) as [
    ProposedConfig & { removed: string[] },
  ];
  const names = new Set([...namesOf(standing), ...namesOf(put), ...removed]);
  const unknown = only?.find((name) => !names.has(name) && !isPanelOf(names, name));
  if (unknown !== undefined) throw ConfigNotFoundError.row(unknown);
  return { put, remove: new Set(removed) };
}

const isPanelOf = (names: ReadonlySet<string>, panel: string): boolean =>
  judgeRoles.some((role) => names.has(`${panel}.${role}`));
