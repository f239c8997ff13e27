import type { EntityManager } from 'typeorm';
import { namespaceScope, type Point } from '../../../core/index.js';
import { authorOf } from '../../../platform/audit/index.js';
import { streamPoint } from '../../../platform/database/index.js';
import { modelConfigNamespace } from '../model-config.policy.js';
import { ContextReserveEntity } from '../rows/context-reserve.entity.js';
import { JudgeConfigEntity } from '../rows/judge-config.entity.js';
import { ModelEntity } from '../rows/model.entity.js';
import { PhaseConfigEntity } from '../rows/phase-config.entity.js';
import type { ProposedConfig } from '../rows/proposed-config.js';
import { configStream } from '../snapshot/snapshot.repository.js';
import { allRows, lastApproved, rowNames } from '../snapshot/snapshot.sql.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import type { ConfigDiff } from './diff-config.js';
import type { Edit } from './edit.js';

const tables = {
  models: { entity: ModelEntity, table: 'models', key: ['id'] },
  phases: {
    entity: PhaseConfigEntity,
    table: 'phase_configs',
    key: ['phase', 'courseId', 'language', 'contextTier'],
  },
  judges: { entity: JudgeConfigEntity, table: 'judge_configs', key: ['language', 'role'] },
  reserves: { entity: ContextReserveEntity, table: 'context_reserves', key: ['language'] },
} satisfies Record<keyof ProposedConfig, object>;

/** Kept by triggers, whoever writes. */
const bookkeeping: ReadonlySet<string> = new Set(['updatedBy']);

/** The configuration inside one write transaction. */
export class ConfigWriter {
  private constructor(
    private readonly manager: EntityManager,
    /** What stands, locked against every other writer. */
    readonly current: ConfigRows,
    /** How many rows the newest version had that was validated as a whole; 0 where none was. */
    readonly approved: number,
  ) {}

  /** Locks the stream's counter first, as every writer does: what is read next cannot change under us. */
  static async begin(manager: EntityManager, { kind, call, reason }: Edit): Promise<ConfigWriter> {
    await manager.query('SELECT 1 FROM lastgood.change_counter WHERE stream = $1 FOR NO KEY UPDATE', [
      configStream,
    ]);
    // The triggers that keep history read these; they end with the transaction.
    await manager.query(
      `SELECT set_config('lastgood.author', $1, true), set_config('lastgood.reason', $2, true),
         set_config('lastgood.request_id', $3, true), set_config('lastgood.change_kind', $4, true)`,
      [authorOf(call.actor), reason, call.requestId ?? '', kind],
    );
    const columns = Object.entries(allRows).map(([name, select]) => `(${select}) AS "${name}"`);
    const [{ approved, ...rows }] = (await manager.query(
      `SELECT ${columns.join(', ')}, (${lastApproved}) AS approved`,
    )) as [ConfigRows & { approved: { rows: number } | null }];
    return new ConfigWriter(manager, rows, approved?.rows ?? 0);
  }

  /** Writes a difference that was found good; `rows` is how many the whole then has. */
  async write({ rows, removed }: ConfigDiff, count: number): Promise<void> {
    // Models stand as long as any row names them.
    for (const kind of ['phases', 'judges', 'reserves'] as const) await this.remove(kind, removed[kind]);
    await this.upsert('models', rows.models);
    for (const kind of ['phases', 'judges', 'reserves'] as const) await this.upsert(kind, rows[kind]);
    await this.remove('models', removed.models);
    await this.manager.query(
      `UPDATE lastgood.config_versions v SET approved_rows = $1
       FROM lastgood.change_counter c WHERE c.stream = $2 AND v.version = c.version`,
      [count, configStream],
    );
  }

  /** Has what stands taken for good, as a version of its own, though fewer rows are left of it than were. */
  async accept(count: number, { kind, call, reason }: Edit): Promise<void> {
    const author = authorOf(call.actor);
    await this.manager.query(
      `INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author, reason)
       VALUES ($1, $2, 'expire-all', 'changed', $3, $4, $5)`,
      [configStream, modelConfigNamespace, namespaceScope(modelConfigNamespace), author, reason],
    );
    await this.manager.query(
      `INSERT INTO lastgood.config_versions (version, kind, author, reason, request_id, approved_rows)
       SELECT c.version, $2, $3, $4, $5, $6 FROM lastgood.change_counter c WHERE c.stream = $1`,
      [configStream, kind, author, reason, call.requestId, count],
    );
  }

  /** After a change, the point that it will be known by. */
  point(): Promise<Point> {
    return streamPoint(this.manager, configStream);
  }

  /** The version that the last written row got: its ETag. Valid after a `write` that put something. */
  async rowVersion(): Promise<number> {
    const [{ version }] = (await this.manager.query(
      `SELECT currval('lastgood.row_version')::float8 AS version`,
    )) as [{ version: number }];
    return version;
  }

  /** All rows of a kind in one statement, as JSON: numbers and nulls arrive as they are, however many there are. */
  private async upsert(kind: keyof ProposedConfig, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    const { entity, table, key } = tables[kind];
    const columns = this.manager.connection
      .getMetadata(entity)
      .columns.filter((column) => !column.isGenerated && !bookkeeping.has(column.propertyName));
    const names = columns.map((column) => column.databaseName);
    const inKey = columns.filter((column) => (key as string[]).includes(column.propertyName));
    const settings = columns.filter((column) => !inKey.includes(column));
    const documents = rows.map((row) =>
      Object.fromEntries(
        columns.map(({ databaseName, propertyName }) => [
          databaseName,
          (row as Record<string, unknown>)[propertyName],
        ]),
      ),
    );
    await this.manager.query(
      `INSERT INTO lastgood.${table} (${names.join(', ')})
       SELECT ${names.join(', ')} FROM jsonb_populate_recordset(NULL::lastgood.${table}, $1::jsonb)
       ON CONFLICT (${inKey.map(({ databaseName }) => databaseName).join(', ')})
       DO UPDATE SET ${settings.map(({ databaseName: name }) => `${name} = EXCLUDED.${name}`).join(', ')}`,
      [JSON.stringify(documents)],
    );
  }

  private async remove(kind: keyof ProposedConfig, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.manager.query(
      `DELETE FROM lastgood.${tables[kind].table} r WHERE ${rowNames[kind]} = ANY($1::text[])`,
      [names],
    );
  }
}
