import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { fromLibraryRows, libraryTableNames, selectAll, type LibraryRows } from './library-rows.js';
import type { PromptDocument } from './prompt-document.js';

interface Exported extends LibraryRows {
  readonly templates: PromptDocument['templates'];
  readonly modes: PromptDocument['modes'];
}

const templates = `
SELECT coalesce(json_agg(e), '[]') FROM (
  SELECT t.node_name AS node, t.language, t.system, t.body AS template,
    t.required_dynamic_placeholders AS dynamic, t.cache_ttl_s AS "cacheTtlSeconds",
    t.allow_stale AS "allowStale", json_agg(l.label ORDER BY l.label) AS labels
  FROM lastgood.prompt_templates t
  JOIN lastgood.prompt_labels l USING (node_name, language, version)
  GROUP BY t.node_name, t.language, t.version ORDER BY t.node_name, t.language, t.version) e`;

const modes = `
SELECT coalesce(json_object_agg(m.node_name, m.local_share ORDER BY m.node_name), '{}')
FROM lastgood.prompt_modes m`;

@Injectable()
export class PromptExporter {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** What every label serves, and what people may set; brought in again, it changes nothing. */
  async export(): Promise<PromptDocument> {
    const library = libraryTableNames.map((table) => `(${selectAll(table)}) AS ${table}`);
    const [rows] = await this.database.query<Exported>(
      `SELECT ${library.join(', ')}, (${templates}) AS templates, (${modes}) AS modes`,
    );
    return { ...fromLibraryRows(rows!), templates: rows!.templates, modes: rows!.modes };
  }
}
