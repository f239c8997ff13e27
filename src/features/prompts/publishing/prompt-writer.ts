import type { EntityManager } from 'typeorm';
import type { Point } from '../../../core/index.js';
import { authorOf } from '../../../platform/audit/index.js';
import { streamPoint } from '../../../platform/database/index.js';
import { promptsStream } from '../prompts.policy.js';
import type { PromptEdit } from './prompt-edit.js';
import type { PromptKey } from './prompt-key.js';
import { oneVersion, standingLabels, standingVersions } from './prompts.sql.js';
import { StandingPrompts, type StandingLabel, type StandingVersion } from './standing-prompts.js';
import type { TemplateContent } from './template-content.js';

/** Prompts inside one write transaction. */
export class PromptWriter {
  /** @param manager of `PromptWrites`, so that what is read cannot change under us */
  constructor(
    readonly manager: EntityManager,
    private readonly edit: PromptEdit,
  ) {}

  /** Names that people may set. */
  async staticNames(): Promise<Set<string>> {
    const rows = await this.rows<{ name: string }>('SELECT name FROM lastgood.placeholders', []);
    return new Set(rows.map(({ name }) => name));
  }

  async standing(nodeNames: readonly string[]): Promise<StandingPrompts> {
    const versions = await this.rows<StandingVersion>(standingVersions, [nodeNames]);
    return new StandingPrompts(versions, await this.rows<StandingLabel>(standingLabels, [nodeNames]));
  }

  /** `null`: there never was such a version. */
  async version({ nodeName, language }: PromptKey, version: number): Promise<StandingVersion | null> {
    const [found] = await this.rows<StandingVersion>(oneVersion, [nodeName, language, version]);
    return found ?? null;
  }

  /** Any version, in any language, that is not removed. */
  async hasNode(nodeName: string): Promise<boolean> {
    const found = await this.rows(
      `SELECT 1 FROM lastgood.prompt_templates WHERE node_name = $1 AND status = 'active' LIMIT 1`,
      [nodeName],
    );
    return found.length > 0;
  }

  async addVersion(
    { nodeName, language }: PromptKey,
    version: number,
    { system, body, dynamicPlaceholders, cacheTtlSeconds, allowStale }: TemplateContent,
  ): Promise<void> {
    await this.rows(
      `INSERT INTO lastgood.prompt_templates (node_name, language, version, system, body,
         required_dynamic_placeholders, cache_ttl_s, allow_stale, reason, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        nodeName,
        language,
        version,
        system,
        body,
        dynamicPlaceholders,
        cacheTtlSeconds,
        allowStale,
        this.edit.reason,
        this.author,
      ],
    );
  }

  /** Keeps the version that the label stood for before. */
  async putLabel({ nodeName, language }: PromptKey, label: string, version: number): Promise<void> {
    await this.rows(
      `INSERT INTO lastgood.prompt_labels AS l (node_name, language, label, version, moved_by)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (node_name, language, label) DO UPDATE SET previous_version = l.version,
         version = EXCLUDED.version, moved_by = EXCLUDED.moved_by, moved_at = now()`,
      [nodeName, language, label, version, this.author],
    );
  }

  async dropLabel({ nodeName, language }: PromptKey, label: string): Promise<void> {
    await this.rows(
      'DELETE FROM lastgood.prompt_labels WHERE node_name = $1 AND language = $2 AND label = $3',
      [nodeName, language, label],
    );
  }

  /** A tombstone: the versions stay to be read by admins, and nothing serves them any more. Returns their numbers. */
  async removeAll({ nodeName, language }: PromptKey): Promise<number[]> {
    await this.rows('DELETE FROM lastgood.prompt_labels WHERE node_name = $1 AND language = $2', [
      nodeName,
      language,
    ]);
    const removed = await this.rows<{ version: number }>(
      `WITH removed AS (
         UPDATE lastgood.prompt_templates SET status = 'removed'
         WHERE node_name = $1 AND language = $2 AND status = 'active' RETURNING version)
       SELECT version FROM removed ORDER BY version`,
      [nodeName, language],
    );
    return removed.map(({ version }) => version);
  }

  /** Returns whether that is a change. */
  async putMode(nodeName: string, localShare: number): Promise<boolean> {
    const changed = await this.rows(
      `WITH changed AS (
         INSERT INTO lastgood.prompt_modes AS m (node_name, local_share, updated_by) VALUES ($1, $2, $3)
         ON CONFLICT (node_name) DO UPDATE SET local_share = EXCLUDED.local_share,
           updated_by = EXCLUDED.updated_by, updated_at = now() WHERE m.local_share <> EXCLUDED.local_share
         RETURNING 1)
       SELECT 1 FROM changed`,
      [nodeName, localShare, this.author],
    );
    return changed.length > 0;
  }

  /** After the changes: the point that they will be known by. */
  point(): Promise<Point> {
    return streamPoint(this.manager, promptsStream);
  }

  async rows<R>(statement: string, parameters: readonly unknown[]): Promise<R[]> {
    const rows: R[] = await this.manager.query(statement, [...parameters]);
    return rows;
  }

  private get author(): string {
    return authorOf(this.edit.call.actor);
  }
}
