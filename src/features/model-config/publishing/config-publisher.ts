import { Inject, Injectable } from '@nestjs/common';
import type {
  ConfigDocument,
  ModelSettings,
  PanelSettings,
  PhaseKey,
  PhaseSettings,
} from '../rows/config-document.js';
import { nameJudge, nameModel, namePanel, namePhase } from '../rows/name-rows.js';
import { judgeRoles, toJudges } from '../rows/proposed-config.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import { ChangePublisher } from './change-publisher.js';
import type { Edit } from './edit.js';
import { proposeDocument } from './propose-document.js';
import { proposeVersion } from './propose-version.js';
import type { Publication } from './publication.js';
import type { Precondition } from '../../../platform/http/index.js';

/** How a document is brought in. */
export interface ImportOptions {
  /** The rows that it does not name go. Without it they stay. */
  readonly replace?: boolean;
  /** The configuration's version that it was made for; `null`: any. */
  readonly expected?: Precondition | null;
}

export interface RollbackOptions {
  /** Names of rows and panels, as `phases[stage_4/any/standard]` or `judges[ru]`; `null`: all. */
  readonly only?: readonly string[] | null;
  /** The configuration's version that it was meant for; `null`: any. */
  readonly expected?: Precondition | null;
}

/** The changes that people make (MC-15, MC-17). Errors are those of `ChangePublisher`. */
@Injectable()
export class ConfigPublisher {
  constructor(@Inject(ChangePublisher) private readonly publisher: ChangePublisher) {}

  putPhase(key: PhaseKey, settings: PhaseSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const row = { ...key, ...settings };
    return this.publisher.publish(
      { ...phase(key), expected, content: row, propose: () => ({ put: { phases: [row] } }) },
      edit,
    );
  }

  removePhase(key: PhaseKey, expected: Precondition, edit: Edit): Promise<Publication> {
    const request = phase(key);
    return this.publisher.publish({ ...request, expected, ...removing(request.subject) }, edit);
  }

  /** The three judges at once. */
  putPanel(language: string, panel: PanelSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const judges = toJudges(language, panel);
    return this.publisher.publish(
      { ...panelOf(language), expected, content: judges, propose: () => ({ put: { judges } }) },
      edit,
    );
  }

  removePanel(language: string, expected: Precondition, edit: Edit): Promise<Publication> {
    const names = judgeRoles.map((role) => nameJudge({ language, role }));
    return this.publisher.publish({ ...panelOf(language), expected, ...removing(...names) }, edit);
  }

  putModel(id: string, settings: ModelSettings, expected: Precondition, edit: Edit): Promise<Publication> {
    const row = { ...settings, id };
    return this.publisher.publish(
      { ...model(id), expected, content: row, propose: () => ({ put: { models: [row] } }) },
      edit,
    );
  }

  removeModel(id: string, expected: Precondition, edit: Edit): Promise<Publication> {
    const request = model(id);
    return this.publisher.publish({ ...request, expected, ...removing(request.subject) }, edit);
  }

  /**
   * Has the configuration again as it stood at a version, byte for byte, as a new version: all of it, or only the rows
   * and panels that are named.
   * @throws ConfigNotFoundError for a version that history does not hold
   */
  rollback(version: number, edit: Edit, options: RollbackOptions = {}): Promise<Publication> {
    const { only = null, expected = null } = options;
    return this.publisher.publish(
      (manager) => ({
        subject: `configuration as of version ${version}`,
        isRow: false,
        expected,
        versionIn: (_rows, current) => current,
        content: { version, only },
        propose: (standing) => proposeVersion(manager, version, only, standing),
      }),
      edit,
    );
  }

  /** Brings in every row of a document. The same document twice changes nothing. */
  import(document: ConfigDocument, edit: Edit, options: ImportOptions = {}): Promise<Publication> {
    const { replace = false, expected = null } = options;
    return this.publisher.publish(
      {
        subject: 'configuration',
        expected,
        isRow: false,
        versionIn: (_rows, version) => version,
        content: { document, replace },
        propose: (standing) => proposeDocument(document, replace, standing),
      },
      edit,
    );
  }
}

const removing = (...names: string[]) => ({
  content: 'removed',
  propose: () => ({ put: {}, remove: new Set(names) }),
});

function phase(key: PhaseKey) {
  const subject = namePhase(key);
  return {
    subject,
    isRow: true,
    versionIn: ({ phases }: ConfigRows) => phases.find((row) => namePhase(row) === subject)?.version ?? null,
  };
}

function model(id: string) {
  return {
    subject: nameModel(id),
    isRow: true,
    versionIn: ({ models }: ConfigRows) => models.find((row) => row.id === id)?.version ?? null,
  };
}

function panelOf(language: string) {
  return {
    subject: namePanel(language),
    isRow: true,
    versionIn: ({ judges }: ConfigRows) => panelVersion({ judges }, language),
  };
}

/** A panel is one unit: its version is the newest of its rows; `null` when there is none. */
export function panelVersion({ judges }: Pick<ConfigRows, 'judges'>, language: string): number | null {
  const versions = judges.filter((row) => row.language === language).map((row) => row.version);
  return versions.length === 0 ? null : Math.max(...versions);
}
