import type { Json } from './http-client.js';

/** A row that editors and psql change at the same time, each time to another number. */
export interface ContestedRow {
  /** Of the admin API. */
  readonly path: string;
  /** The row's settings with this number in them. */
  readonly withNumber: (settings: Json, number: number) => object;
  readonly numberIn: (settings: Json) => number;
  /** The same change in SQL. */
  readonly update: (number: number) => string;
  readonly select: string;
}

const contested = (
  path: string,
  { table, column, where }: { table: string; column: string; where: string },
  { withNumber, numberIn }: Pick<ContestedRow, 'withNumber' | 'numberIn'>,
): ContestedRow => ({
  path,
  withNumber,
  numberIn,
  update: (number) => `UPDATE lastgood.${table} SET ${column} = '${number}' WHERE ${where}`,
  select: `SELECT ${column}::int AS number FROM lastgood.${table} WHERE ${where}`,
});

const phase = (name: string): ContestedRow =>
  contested(
    `/admin/phases/${name}`,
    {
      table: 'phase_configs',
      column: 'timeout_ms',
      where: `phase = '${name}' AND language = 'any' AND context_tier = 'standard' AND course_id IS NULL`,
    },
    {
      withNumber: (settings, timeoutMs) => ({ ...settings, timeoutMs }),
      numberIn: ({ timeoutMs }) => Number(timeoutMs),
    },
  );

const model = (id: string): ContestedRow =>
  contested(
    `/admin/models/${id}`,
    { table: 'models', column: 'display_name', where: `id = '${id}'` },
    {
      withNumber: (settings, number) => ({ ...settings, displayName: String(number) }),
      numberIn: ({ displayName }) => Number(displayName),
    },
  );

const panel = (language: string): ContestedRow =>
  contested(
    `/admin/judges/${language}`,
    {
      table: 'judge_configs',
      column: 'timeout_ms',
      where: `language = '${language}' AND role = 'primary'`,
    },
    {
      withNumber: (settings, timeoutMs) => ({ ...settings, primary: { ...settings.primary, timeoutMs } }),
      numberIn: ({ primary }) => Number(primary!.timeoutMs),
    },
  );

/** Of every kind that the admin API publishes: changed by editors and by psql. */
export const contestedRows: readonly ContestedRow[] = [
  phase('stage_4'),
  model('google/gemini-2.5-flash'),
  panel('any'),
];

/** Changed by psql, beside the contested ones. */
export const psqlRows: readonly ContestedRow[] = [
  ...contestedRows,
  phase('stage_5'),
  model('z-ai/glm-4.6'),
  panel('ru'),
];

/** One for each editor, beside the contested ones. */
export const editorRows: readonly ContestedRow[] = [
  phase('stage_2'),
  phase('stage_3'),
  phase('stage_4_scope'),
  phase('stage_4_expert'),
  phase('stage_6'),
  model('anthropic/claude-sonnet-4.5'),
  model('x-ai/grok-4.1-fast'),
  model('minimax/minimax-m2'),
  panel('en'),
  phase('narrative'),
];
