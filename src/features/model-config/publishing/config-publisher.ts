import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { renderPoint } from '../../../core/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import type {
  ConfigDocument,
  ModelSettings,
  PanelSettings,
  PhaseKey,
  PhaseSettings,
} from '../rows/config-document.js';
import { ConfigWriter } from './config-writer.js';
import type { RowChange } from './diff-config.js';
import { nameModel, namePanel, namePhase } from '../rows/name-rows.js';
import { fromDocument, judgeRoles, type ProposedConfig } from '../rows/proposed-config.js';
import { checkPrecondition, type Precondition } from './row-precondition.js';
import { configStream } from '../snapshot/snapshot.repository.js';
import type { ConfigRows } from '../snapshot/snapshot.js';

/** How long an answer waits for this process to serve what it just committed. */
const servedWithinMs = 500;

/** Who changes something, and why. */
export interface Edit {
  readonly author: string;
  readonly reason: string;
}

export interface Publication {
  /** The configuration's version after the change. */
  readonly version: number;
  /** The same as `epoch:version`: a read that names it as its least version sees this change, on every instance. */
  readonly minVersion: string;
  /** The version, and so the ETag, of the row or panel that was named; `null` for an import. */
  readonly rowVersion: number | null;
  readonly changes: readonly RowChange[];
  /** This process serves it already; others follow by notification, or within a poll. */
  readonly served: boolean;
}

/**
 * Changes the configuration: one transaction, validated as a whole, answered after its commit.
 * @throws PreconditionRequiredError, VersionConflictError, ConfigInvalidError, DatabaseUnavailableError; then
 * nothing was changed
 */
@Injectable()
export class ConfigPublisher {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  putPhase(key: PhaseKey, settings: PhaseSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const row = { ...key, ...settings };
    const name = namePhase(row);
    const versionIn = (rows: ConfigRows) =>
      rows.phases.find((each) => namePhase(each) === name)?.version ?? null;
    return this.publish(name, { phases: [row] }, edit, expected, versionIn);
  }

  putPanel(language: string, panel: PanelSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const judges = judgeRoles.map((role) => ({ ...panel[role], language, role }));
    const versionIn = (rows: ConfigRows) => panelVersion(rows, language);
    return this.publish(namePanel(language), { judges }, edit, expected, versionIn);
  }

  putModel(id: string, settings: ModelSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const versionIn = (rows: ConfigRows) => rows.models.find((each) => each.id === id)?.version ?? null;
    return this.publish(nameModel(id), { models: [{ ...settings, id }] }, edit, expected, versionIn);
  }

  /** Brings in every row of a document; rows it does not name stay. The same document twice changes nothing. */
  import(document: ConfigDocument, edit: Edit): Promise<Publication> {
    return this.publish('configuration', fromDocument(document), edit, null, () => null);
  }

  private async publish(
    subject: string,
    proposed: Partial<ProposedConfig>,
    { author, reason }: Edit,
    expected: Precondition | null,
    versionIn: (rows: ConfigRows) => number | null,
  ): Promise<Publication> {
    const { changes, ...versions } = await this.database.write(async (manager) => {
      const writer = await ConfigWriter.begin(manager, author);
      const standing = versionIn(writer.current);
      if (expected !== null) checkPrecondition(expected, standing, subject);
      const written = await writer.put(proposed, subject);
      const isNew = expected !== null && written.length > 0;
      const rowVersion = isNew ? await writer.rowVersion() : standing;
      const point = await writer.point();
      return { version: point.version, minVersion: renderPoint(point), rowVersion, changes: written };
    });
    const { version } = versions;
    const served = await this.coherence.whenApplied(configStream, version, servedWithinMs);
    if (changes.length > 0) {
      this.logger.info(
        { subject, author, reason, version, rows: changes.length, served },
        'configuration published',
      );
    }
    return { ...versions, changes, served };
  }
}

/** A panel is one unit: its version is the newest of its rows; `null` when there is none. */
export function panelVersion({ judges }: Pick<ConfigRows, 'judges'>, language: string): number | null {
  const versions = judges.filter((each) => each.language === language).map((each) => each.version);
  return versions.length === 0 ? null : Math.max(...versions);
}
