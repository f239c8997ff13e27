import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { fromLibraryRows, libraryTableNames, selectAll, type LibraryRows } from './library-rows.js';
import type { PromptDocument } from './prompt-document.js';

interface Exported extends LibraryRows {
  readonly templates: PromptDocument['templates'];
  readonly modes: PromptDocument['modes'];
}

// psql may remove a version that a label still stands for: nothing serves it.
const served = `
SELECT t.*, l.labels FROM lastgood.prompt_templates t
JOIN (SELECT node_name, language, version, json_agg(label ORDER BY label) AS labels
  FROM lastgood.prompt_labels GROUP BY node_name, language, version) l USING (node_name, language, version)
WHERE t.status = 'active'`;

const templates = `
SELECT coalesce(json_agg(e), '[]') FROM (
  SELECT t.node_name AS node, t.language, t.system, t.body AS template,
    t.required_dynamic_placeholders AS dynamic, t.cache_ttl_s AS "cacheTtlSeconds",
    t.allow_stale AS "allowStale", t.labels
  FROM served t ORDER BY t.node_name, t.language, t.version) e`;

// A mode outlives its prompt, and an import takes none for a node that there is not.
const modes = `
SELECT coalesce(json_object_agg(m.node_name, m.local_share ORDER BY m.node_name), '{}')
FROM lastgood.prompt_modes m
WHERE EXISTS (SELECT 1 FROM served t WHERE t.node_name = m.node_name)`;

@Injectable()
export class PromptExporter {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** What every label serves, and what people may set; brought in again, it changes nothing. */
  async export(): Promise<PromptDocument> {
    const library = libraryTableNames.map((table) => `(${selectAll(table)}) AS ${table}`);
    const [rows] = await this.database.query<Exported>(
      `WITH served AS (${served})
       SELECT ${library.join(', ')}, (${templates}) AS templates, (${modes}) AS modes`,
    );
    return { ...fromLibraryRows(rows!), templates: rows!.templates, modes: rows!.modes };
  }
}
