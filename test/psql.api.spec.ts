import { Client } from 'pg';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

interface Published {
  readonly version: number;
}

const row = (phase: string) =>
  `phase = '${phase}' AND language = 'any' AND context_tier = 'standard' AND course_id IS NULL`;
const update = (phase: string, timeoutMs: number) =>
  `UPDATE lastgood.phase_configs SET timeout_ms = ${timeoutMs} WHERE ${row(phase)}`;
const lock = (phase: string, strength = 'UPDATE') =>
  `SELECT 1 FROM lastgood.phase_configs WHERE ${row(phase)} FOR ${strength}`;
const rename = (name: string) =>
  `UPDATE lastgood.models SET display_name = '${name}' WHERE id = 'z-ai/glm-4.6'`;
const renameKeys = (name: string) => `UPDATE lastgood.api_keys SET name = '${name}'`;
const lockTable = (table: string) => `LOCK TABLE lastgood.${table} IN SHARE ROW EXCLUSIVE MODE`;
const columns = `(phase, course_id, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries)`;

const schema = `
CREATE FUNCTION public.rewarm() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  ${update('stage_5', 5_555)};
  ${rename('by a function')};
END $$;
CREATE TABLE public.courses (id text PRIMARY KEY);
INSERT INTO public.courses SELECT DISTINCT course_id FROM lastgood.phase_configs WHERE course_id IS NOT NULL;
INSERT INTO public.courses VALUES ('gone');
ALTER TABLE lastgood.phase_configs ADD FOREIGN KEY (course_id) REFERENCES public.courses ON DELETE CASCADE;
INSERT INTO lastgood.phase_configs ${columns}
  VALUES ('of_a_course', 'gone', 'any', 'standard', 'google/gemini-2.5-flash', 0, 1, 1, 0)`;

describe('psql beside a publisher (CO-2, CO-3)', () => {
  let lastgood: TestApp;
  let psql: Client;
  let other: Client;
  let onlooker: Client;

  const open = async () => {
    const session = new Client({ connectionString: lastgood.databaseUrl });
    session.on('error', () => undefined);
    await session.connect();
    return session;
  };
  beforeAll(async () => {
    lastgood = await TestApp.start();
    await lastgood.sql(schema);
  });
  beforeEach(async () => {
    [psql, other, onlooker] = await Promise.all([open(), open(), open()]);
  });
  afterEach(() => Promise.all([psql, other, onlooker].map((session) => session.end())));
  afterAll(() => lastgood.dispose());

  const run = async (session: Client, ...statements: string[]) => {
    for (const statement of statements) await session.query(statement);
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => String(Object(error).code),
    );
  const someoneWaits = () =>
    pollUntil(async () => {
      const { rows } = await onlooker.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    }, 'a session waits');
  const publish = () =>
    lastgood.edit<Published>('/admin/phases/stage_4', { timeoutMs: 10_000 + Math.ceil(Math.random() * 1e6) });

  // Whoever locks something before the counter, and a publisher that has the counter and needs it, wait for each
  // other: the publisher gives way after 500 ms, before Postgres looks for a deadlock (1 s), and tries again.
  it.each<[string, string[], string[], number]>([
    ['updates a row, then another table', [update('stage_5', 1_001)], [rename('a')], 200],
    ['updates the published row, then another table', [update('stage_4', 1_002)], [rename('b')], 412],
    ['locks the published row FOR UPDATE first', [lock('stage_4')], [update('stage_5', 1_003)], 200],
    ['locks it FOR UPDATE and changes it', [lock('stage_4')], [update('stage_4', 1_004)], 412],
    ['locks it FOR SHARE first', [lock('stage_4', 'SHARE')], [update('stage_5', 1_005)], 200],
    ['locks the table first', [lockTable('phase_configs')], [update('stage_5', 1_006)], 200],
    ['locks the counter first', ['SELECT 1 FROM lastgood.change_counter FOR UPDATE'], [rename('c')], 200],
    [
      'copies a row in',
      [
        `COPY lastgood.phase_configs ${columns} FROM PROGRAM 'echo copied,,any,standard,google/gemini-2.5-flash,0,1,1,0' CSV`,
      ],
      [rename('d')],
      200,
    ],
    ['calls a function that writes', ['SELECT public.rewarm()'], [update('stage_5', 1_007)], 200],
    ['deletes what rows cascade from', [`DELETE FROM public.courses WHERE id = 'gone'`], [rename('e')], 200],
  ])('%s: both go through, each counted once', async (_, first, then, status) => {
    const version = await lastgood.version();
    await run(psql, 'BEGIN', ...first);
    const publishing = publish();
    await someoneWaits();
    await run(psql, ...then, 'COMMIT');
    const answer = await publishing;
    expect(answer.status).toBe(status);
    const published = status === 200 ? [version + 2] : [];
    expect([answer.body.version].filter(Boolean)).toEqual(published);
    expect(await lastgood.version()).toBe(version + 1 + published.length);
  });

  it('cannot leave the counter locked by a transaction that it prepared', async () => {
    const version = await lastgood.version();
    await run(psql, 'BEGIN', update('stage_5', 2_001));
    // "cannot PREPARE a transaction that has executed NOTIFY", or prepared transactions are off altogether.
    expect(await codeOf(psql.query(`PREPARE TRANSACTION 'left'`))).toMatch(/^(0A000|55000)$/);
    expect((await publish()).status).toBe(200);
    expect(await lastgood.version()).toBe(version + 1);
  });

  // No trigger sees that a lock is taken, and psql has no lock_timeout: nobody gives way, and Postgres ends one.
  it.each<[string, [string, string], [string, string]]>([
    [
      'each locks a row FOR UPDATE that the other then changes',
      [lock('stage_5'), update('stage_6', 3_001)],
      [lock('stage_6'), update('stage_5', 3_002)],
    ],
    [
      'one locks a table that the other has yet to write',
      [lockTable('models'), update('stage_5', 3_003)],
      [update('stage_6', 3_004), rename('f')],
    ],
    [
      'they write two streams in opposite orders',
      [update('stage_5', 3_005), renameKeys('g')],
      [renameKeys('h'), update('stage_6', 3_006)],
    ],
  ])('two sessions of psql can deadlock when %s: one is ended, one counted', async (_, one, two) => {
    const version = await lastgood.version();
    await run(psql, 'BEGIN', one[0]);
    await run(other, 'BEGIN', two[0]);
    const publishing = publish();
    const outcomes = await Promise.all([
      codeOf(run(psql, one[1], 'COMMIT')),
      codeOf(run(other, two[1], 'COMMIT')),
    ]);
    expect(outcomes.toSorted()).toEqual(['40P01', 'done']);
    await Promise.all([run(psql, 'ROLLBACK'), run(other, 'ROLLBACK')]);
    expect((await publishing).status).toBe(200);
    expect(await lastgood.version()).toBe(version + 2);
  });
});
