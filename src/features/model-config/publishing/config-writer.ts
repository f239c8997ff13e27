import type { EntityManager } from 'typeorm';
import type { Point } from '../../../core/index.js';
import { streamPoint } from '../../../platform/database/index.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { ContextReserveEntity } from '../rows/context-reserve.entity.js';
import { diffConfig, type RowChange } from './diff-config.js';
import { JudgeConfigEntity } from '../rows/judge-config.entity.js';
import { ModelEntity } from '../rows/model.entity.js';
import { PhaseConfigEntity } from '../rows/phase-config.entity.js';
import type { ProposedConfig } from '../rows/proposed-config.js';
import { configStream } from '../snapshot/snapshot.repository.js';
import { allRows } from '../snapshot/snapshot.sql.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import { validateConfig } from '../validation/validate-config.js';

/** The configuration inside one write transaction. */
export class ConfigWriter {
  private constructor(
    private readonly manager: EntityManager,
    private readonly author: string,
    /** What stands, locked against every other writer. */
    readonly current: ConfigRows,
  ) {}

  /** Locks the stream's counter first, as every writer does: what is read next cannot change under us. */
  static async begin(manager: EntityManager, author: string): Promise<ConfigWriter> {
    await manager.query('SELECT 1 FROM lastgood.change_counter WHERE stream = $1 FOR NO KEY UPDATE', [
      configStream,
    ]);
    const columns = Object.entries(allRows).map(([name, select]) => `(${select}) AS "${name}"`);
    const [rows] = (await manager.query(`SELECT ${columns.join(', ')}`)) as [ConfigRows];
    return new ConfigWriter(manager, author, rows);
  }

  /**
   * Writes the rows that are new or differ, if the whole would then be valid.
   * @throws ConfigInvalidError with every fault; then nothing is written
   */
  async put(proposed: Partial<ProposedConfig>, subject: string): Promise<readonly RowChange[]> {
    const { changes, rows, merged } = diffConfig(this.current, proposed);
    const faults = validateConfig(merged);
    if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
    await this.upsert(ModelEntity, rows.models, ['id']);
    await this.upsert(PhaseConfigEntity, rows.phases, ['phase', 'courseId', 'language', 'contextTier']);
    await this.upsert(JudgeConfigEntity, rows.judges, ['language', 'role']);
    await this.upsert(ContextReserveEntity, rows.reserves, ['language']);
    return changes;
  }

  /** After a change, the point that it will be known by. */
  point(): Promise<Point> {
    return streamPoint(this.manager, configStream);
  }

  /** The version that the last written row got: its ETag. Valid after a `put` that changed something. */
  async rowVersion(): Promise<number> {
    const [{ version }] = (await this.manager.query(
      `SELECT currval('lastgood.row_version')::float8 AS version`,
    )) as [{ version: number }];
    return version;
  }

  private async upsert(entity: new () => object, rows: readonly object[], key: string[]): Promise<void> {
    if (rows.length === 0) return;
    const columns = this.manager.connection
      .getMetadata(entity)
      .columns.filter((column) => !column.isGenerated);
    const inKey = columns.filter((column) => key.includes(column.propertyName));
    const settings = columns.filter((column) => !key.includes(column.propertyName));
    const names = (of: typeof columns) => of.map((column) => column.databaseName);
    for (let from = 0; from < rows.length; from += batch) {
      await this.manager
        .createQueryBuilder()
        .insert()
        .into(entity)
        .values(rows.slice(from, from + batch).map((row) => ({ ...row, updatedBy: this.author })))
        .orUpdate(names(settings), names(inKey))
        .execute();
    }
  }
}

/** Postgres takes 65,535 parameters in a statement. */
const batch = 1_000;
