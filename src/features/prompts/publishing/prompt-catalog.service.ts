import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import { diffVersions } from './diff-versions.js';
import type { PromptDiff, PromptList, PromptVersion, PromptVersions } from './prompt-catalog.answers.js';
import type { PromptKey } from './prompt-key.js';
import { factColumns, iso, mostVersions, shareOf } from './prompts.sql.js';

type Labels = PromptVersions['labels'];

/** Prompts as editors see them. Read from the database each time they are asked for. */
@Injectable()
export class PromptCatalog {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** What is not removed. */
  async list(): Promise<PromptList> {
    const prompts = await this.database.query<PromptList['prompts'][number]>(`
      SELECT t.node_name AS "nodeName", t.language, max(t.version) AS "newestVersion",
        coalesce((SELECT json_object_agg(l.label, l.version ORDER BY l.label) FROM lastgood.prompt_labels l
          WHERE (l.node_name, l.language) = (t.node_name, t.language)), '{}') AS labels,
        ${shareOf('t.node_name')} AS "localShare"
      FROM lastgood.prompt_templates t WHERE t.status = 'active'
      GROUP BY t.node_name, t.language ORDER BY t.node_name, t.language`);
    return { prompts };
  }

  /**
   * Who made which version when and why, removed ones too.
   * @param language `null`: all
   * @throws PromptNotFoundError
   */
  async versions(nodeName: string, language: string | null): Promise<PromptVersions> {
    const [row] = await this.database.query<Omit<PromptVersions, 'nodeName'> & { labels: Labels | null }>(
      `SELECT ${shareOf('$1')} AS "localShare",
         (SELECT json_agg(v) FROM (
           SELECT ${factColumns}, octet_length(t.body) + coalesce(octet_length(t.system), 0) AS bytes
           FROM lastgood.prompt_templates t
           WHERE t.node_name = $1 AND t.language = coalesce($2, t.language)
           ORDER BY t.created_at DESC, t.language, t.version DESC LIMIT ${mostVersions}) v) AS versions,
         (SELECT json_agg(m) FROM (
           SELECT l.language, l.label, l.version, l.previous_version AS "previousVersion",
             ${iso('l.moved_at')} AS "movedAt", l.moved_by AS "movedBy"
           FROM lastgood.prompt_labels l
           WHERE l.node_name = $1 AND l.language = coalesce($2, l.language)
           ORDER BY l.language, l.label) m) AS labels`,
      [nodeName, language],
    );
    const { localShare, versions, labels } = row!;
    if (versions === null)
      throw new PromptNotFoundError({ nodeName, ...(language !== null && { language }) });
    return { nodeName, localShare, versions, labels: labels ?? [] };
  }

  /**
   * The whole text, of a removed version too.
   * @throws PromptNotFoundError
   */
  async version({ nodeName, language }: PromptKey, version: number): Promise<PromptVersion> {
    const [found] = await this.database.query<PromptVersion>(
      `SELECT t.node_name AS "nodeName", ${factColumns}, t.system, t.body AS template
       FROM lastgood.prompt_templates t
       WHERE t.node_name = $1 AND t.language = $2 AND t.version = $3`,
      [nodeName, language, version],
    );
    if (found === undefined) throw new PromptNotFoundError({ nodeName, language, version });
    return found;
  }

  /** @throws PromptNotFoundError */
  async diff(key: PromptKey, from: number, to: number): Promise<PromptDiff> {
    return diffVersions(await this.version(key, from), await this.version(key, to));
  }

  /** Names that people may set. */
  async staticNames(): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ name: string }>('SELECT name FROM lastgood.placeholders');
    return new Set(rows.map(({ name }) => name));
  }
}
