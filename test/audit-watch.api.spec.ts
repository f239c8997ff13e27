import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLogService, AuditWatch } from '../src/platform/audit/index.js';
import { checkAudit, walkRows } from '../src/platform/audit/audit-check.js';
import { chainStart } from '../src/platform/audit/audit-walk.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

/** Past the triggers, as somebody with the database's password would. */
const tampering = (statement: string) => `
ALTER TABLE lastgood.audit_log DISABLE TRIGGER refuse_edit; ${statement};
ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER refuse_edit`;
const rename = (id: string, name: string) =>
  tampering(`UPDATE lastgood.audit_log SET actor_name = '${name}' WHERE id = ${id}`);
const newest = '(SELECT max(id) FROM lastgood.audit_log)';
const nextTurn = `UPDATE lastgood.audit_check SET begun_at = 'epoch'`;
const nextDay = `UPDATE lastgood.audit_check SET walk_ended_at = walk_ended_at - interval '2 days'`;

/** Each looks first at a moment of its first minute that nobody knows: here only when it is told to. */
function withoutTurns(app: NestFastifyApplication): void {
  Reflect.set(app.get(AuditWatch), 'lookAfter', () => undefined);
}

describe('the audit chain is watched (OP-3, OP-5)', () => {
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    here = await TestApp.start({ prepare: withoutTurns });
    there = await TestApp.start({ beside: here, prepare: withoutTurns });
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const valueOf = async (app: TestApp, series: string) => {
    const { text } = await app.ask('/metrics', { as: 'viewer' });
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length + 1));
  };
  const watchOf = ({ app }: TestApp) => app.get(AuditWatch);
  /** As a minute later. */
  const look = async (app = here) => {
    await here.sql(nextTurn);
    await watchOf(app).look();
    return watchOf(app).state!.fault;
  };
  const append = (rows: number) =>
    here.sql(
      `INSERT INTO lastgood.audit_log (actor_id, actor_name, action, target)
       SELECT 'test', 'the test', 'many', g::text FROM generate_series(1, $1::int) g`,
      [rows],
    );
  const errors = ({ logs }: TestApp) => logs.filter(({ msg }) => msg === 'the audit chain is broken');

  it('nothing is told before anybody has looked, and then that it is whole', async () => {
    expect(await valueOf(here, 'audit_chain_broken')).toBeNull();
    expect(await valueOf(here, 'audit_chain_checked_age_seconds')).toBeNull();
    expect(await look()).toBeNull();
    expect(await valueOf(here, 'audit_chain_broken')).toBe(0);
    expect(await valueOf(here, 'audit_chain_checked_age_seconds')).toBeGreaterThanOrEqual(0);
    expect(await valueOf(here, 'audit_chain_walked_age_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('one process of all looks in a minute, and all of them know what it saw', async () => {
    const turn = async () =>
      (await here.sql<{ at: string }>('SELECT checked_at::text AS at FROM lastgood.audit_check'))[0]!.at;
    await look(here);
    const at = await turn();
    await Promise.all([watchOf(here).look(), watchOf(there).look()]);
    expect(await turn()).toBe(at);
    expect(watchOf(there).state).toMatchObject({ fault: null });
  });

  it('a row of the newest that somebody edits is an alarm in every process, until it is as it was', async () => {
    const [row] = await here.sql<{ name: string }>(
      `SELECT actor_name AS name FROM lastgood.audit_log WHERE id = ${newest}`,
    );
    await here.sql(rename(newest, 'nobody'));
    expect(await look()).toContain('was edited');
    await watchOf(there).look();
    for (const app of [here, there]) {
      expect(await valueOf(app, 'audit_chain_broken')).toBe(1);
      // Once, and not every minute.
      await watchOf(app).look();
      expect(errors(app)).toMatchObject([{ level: 'error', fault: expect.stringContaining('was edited') }]);
    }
    await here.sql(rename(newest, row!.name));
    expect(await look()).toBeNull();
    expect(await valueOf(here, 'audit_chain_broken')).toBe(0);
    expect(here.logs.some(({ msg }) => msg === 'the audit chain is whole again')).toBe(true);
  });

  it('the newest row is removed, and its head with it or not: the next look tells', async () => {
    await append(1);
    await look();
    await here.sql('CREATE TABLE lastgood.kept AS TABLE lastgood.audit_log');
    await here.sql(tampering(`DELETE FROM lastgood.audit_log WHERE id = ${newest}`));
    expect(await look()).toContain('it is not there');
    await here.sql(`ALTER TABLE lastgood.audit_log DISABLE TRIGGER chain;
      INSERT INTO lastgood.audit_log SELECT * FROM lastgood.kept k
      WHERE NOT EXISTS (SELECT FROM lastgood.audit_log l WHERE l.id = k.id);
      ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER chain; DROP TABLE lastgood.kept`);
    expect(await look()).toBeNull();
  });

  it('an old row is found by the walk of the next day, a bounded number of rows at a time', async () => {
    await append(walkRows + 700);
    for (let turns = 0; turns < 3; turns++) await look();
    await here.sql(rename('3', 'nobody'));
    // The walk of the day is over, and the row is not one of the newest.
    expect(await look()).toBeNull();
    await here.sql(nextDay);
    expect(await look()).toContain('row 3 was edited');
    const place = async () =>
      (await here.sql<{ at: number }>('SELECT walked_to::float8 AS at FROM lastgood.audit_check'))[0]!.at;
    expect(await place()).toBe(walkRows);
    await look();
    expect(await place()).toBeGreaterThan(walkRows);
  });

  it('while it is broken the walks go on, so that it is known soon when it is whole', async () => {
    for (let turns = 0; turns < 4; turns++) expect(await look()).toContain('row 3 was edited');
    const [row] = await here.sql<{ name: string }>(
      `SELECT actor_name AS name FROM lastgood.audit_log WHERE id = 4`,
    );
    expect(row!.name).not.toBe('nobody');
    await here.sql(rename('3', row!.name));
    let fault: string | null = '';
    for (let turns = 0; turns < 6 && fault !== null; turns++) fault = await look();
    expect(fault).toBeNull();
  });

  it.each([
    ['in the middle of a part', `id BETWEEN 100 AND 200`],
    ['at the end of a part', `id BETWEEN ${walkRows - 10} AND ${walkRows}`],
    ['in all of a part', `id BETWEEN 2 AND ${walkRows + 50}`],
  ])('rows are removed %s: the walk goes on, and tells (OP-3)', async (_, which) => {
    await here.sql('CREATE TABLE lastgood.kept AS TABLE lastgood.audit_log');
    await here.sql(tampering(`DELETE FROM lastgood.audit_log WHERE ${which}`));
    let walk = { at: chainStart, fault: null as string | null };
    for (let isAtEnd = false; !isAtEnd;)
      ({ walk, isAtEnd } = await checkAudit(here.app.get(AuditLogService), walk));
    await here.sql(`ALTER TABLE lastgood.audit_log DISABLE TRIGGER chain;
      INSERT INTO lastgood.audit_log SELECT * FROM lastgood.kept WHERE ${which};
      ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER chain; DROP TABLE lastgood.kept`);
    expect(walk.fault).toMatch(/row \d+ (stands where|is missing)/);
  });

  it('while the database is away, what was known stands and grows older', async () => {
    expect(await look()).toBeNull();
    const age = await valueOf(here, 'audit_chain_checked_age_seconds');
    await here.proxy.mode('refuse');
    await watchOf(here).look();
    await pollUntil(
      async () => (await valueOf(here, 'audit_chain_checked_age_seconds'))! > age! + 0.2,
      'it grows older',
    );
    expect(await valueOf(here, 'audit_chain_broken')).toBe(0);
    await here.proxy.mode('pass');
  });
});
