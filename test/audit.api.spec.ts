import { AuditCallsService, AuditLogService, localCall, appendAudit } from '../src/platform/audit/index.js';
import { DatabaseService } from '../src/platform/database/index.js';
import { TestApp } from './support/test-app.js';

interface Row {
  readonly actor_name: string;
  readonly actor_id: string;
  readonly actor_role: string;
  readonly ip: string;
  readonly action: string;
  readonly target: string;
  readonly version: string;
  readonly request_id: string;
  readonly before_sha256: string | null;
  readonly after_sha256: string | null;
}

const phase = '/admin/phases/stage_4';

/** Past the trigger that refuses it, as somebody with the database's password would. */
const tampering = (statement: string) => `
ALTER TABLE lastgood.audit_log DISABLE TRIGGER refuse_edit; ${statement};
ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER refuse_edit`;

describe('the audit (OP-3)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const chained = () => lastgood.sql<Row>('SELECT * FROM lastgood.audit_log ORDER BY id');
  const calls = async () => {
    await lastgood.app.get(AuditCallsService).flush();
    return lastgood.sql<{ actor_name: string; method: string; route: string; status: number; calls: number }>(
      'SELECT * FROM lastgood.audit_calls ORDER BY id',
    );
  };
  const verify = (head?: string) => lastgood.app.get(AuditLogService).verify(head);

  it('holds a row for each change: who, from where, what, before and after, version and request', async () => {
    const before = (await chained()).length;
    const answer = await lastgood.edit<{ minVersion: string }>(phase, { maxTokens: 1_111 });
    const rows = await chained();
    expect(rows).toHaveLength(before + 1);
    expect(rows.at(-1)).toMatchObject({
      actor_name: 'the admin',
      actor_id: lastgood.keys.admin.slice(3, 11),
      actor_role: 'admin',
      ip: '127.0.0.1',
      action: 'PUT /admin/phases/:phase',
      target: 'phases[stage_4/any/standard]',
      version: answer.body.minVersion,
      request_id: answer.headers.get('x-request-id'),
      before_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      after_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(rows.at(-1)!.before_sha256).not.toBe(rows.at(-1)!.after_sha256);
  });

  it.each([
    ['/admin/cache/model-config/invalidate', 'POST', { key: 'snapshot' }, 'model-config: invalidate'],
    ['/admin/cache/model-config/settings', 'PUT', { policy: { maxAgeMs: 60_000 } }, 'model-config: settings'],
  ])('also of what is done to caches: %s', async (path, method, body, target) => {
    expect((await lastgood.ask(path, { method, as: 'admin', body })).status).toBe(200);
    expect((await chained()).at(-1)).toMatchObject({
      target: expect.stringContaining(target),
      actor_name: 'the admin',
    });
  });

  it('also of keys that are made and revoked, by their prefix', async () => {
    const key = await lastgood.makeKey('client');
    expect((await chained()).at(-1)).toMatchObject({
      target: `key ${key.slice(3, 11)}`,
      actor_id: 'test',
      ip: null,
    });
  });

  it('holds none for a change that was refused, or changed nothing', async () => {
    const before = (await chained()).length;
    const { settings, etag } = await lastgood.row(phase);
    expect((await lastgood.put(phase, settings, etag)).status).toBe(200);
    expect((await lastgood.put(phase, settings, '"1"')).status).toBe(412);
    expect(await chained()).toHaveLength(before);
  });

  it('is in the transaction of the change: where it cannot be written, nothing is changed', async () => {
    await lastgood.sql('ALTER TABLE lastgood.audit_log RENAME COLUMN target TO aim');
    const version = await lastgood.version();
    const answer = await lastgood.edit(phase, { maxTokens: 2_222 });
    await lastgood.sql('ALTER TABLE lastgood.audit_log RENAME COLUMN aim TO target');
    expect(answer.status).toBe(500);
    expect(await lastgood.version()).toBe(version);
  });

  it.each([
    'UPDATE lastgood.audit_log SET ip = NULL',
    'DELETE FROM lastgood.audit_log',
    'TRUNCATE lastgood.audit_log',
  ])('cannot be changed: %s', async (statement) => {
    await expect(lastgood.sql(statement)).rejects.toThrow('it is a record of what was done');
    await expect(lastgood.sql(`SET session_replication_role = replica; ${statement}`)).rejects.toThrow(
      'record',
    );
    await expect(lastgood.sql(statement.replace('audit_log', 'audit_calls'))).rejects.toThrow('record');
  });

  it('chains what many write at the same moment without a gap', async () => {
    const database = lastgood.app.get(DatabaseService);
    const call = localCall('test', 'many at once');
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        database.write((manager) => appendAudit(manager, call, { target: `${i}:é-`, reason: null })),
      ),
    );
    const { rows, faults } = await verify();
    expect(faults).toEqual([]);
    expect(rows).toBe((await chained()).length);
  });

  describe('is found out when somebody tampers with it', () => {
    it.each([
      [
        'a field is edited',
        `UPDATE lastgood.audit_log SET actor_name = 'nobody' WHERE id = 3`,
        'row 3 was edited',
      ],
      [
        'nothing becomes an empty text',
        `UPDATE lastgood.audit_log SET reason = '' WHERE id = 1`,
        'row 1 was edited',
      ],
      [
        'a moment is moved',
        `UPDATE lastgood.audit_log SET at = at + interval '1 microsecond' WHERE id = 2`,
        'row 2 was edited',
      ],
      ['a row is removed', `DELETE FROM lastgood.audit_log WHERE id = 2`, 'row 3 stands where row 2 should'],
      [
        'the first row is removed',
        `DELETE FROM lastgood.audit_log WHERE id = 1`,
        'row 2 stands where row 1 should',
      ],
      [
        'the newest row is removed',
        `DELETE FROM lastgood.audit_log WHERE id = (SELECT max(id) FROM lastgood.audit_log)`,
        'it is not there',
      ],
      [
        'text moves from one field to the next',
        `UPDATE lastgood.audit_log SET actor_id = actor_id || left(actor_name, 1), actor_name = substr(actor_name, 2) WHERE id = 2`,
        'row 2 was edited',
      ],
    ])('%s', async (_, statement, told) => {
      await lastgood.sql('CREATE TABLE lastgood.kept AS TABLE lastgood.audit_log');
      await lastgood.sql(tampering(statement));
      const { faults } = await verify();
      await lastgood.sql(
        tampering(`DELETE FROM lastgood.audit_log; ALTER TABLE lastgood.audit_log DISABLE TRIGGER chain;
          INSERT INTO lastgood.audit_log TABLE lastgood.kept; ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER chain;
          DROP TABLE lastgood.kept`),
      );
      expect(faults.join('\n')).toContain(told);
      expect((await verify()).faults).toEqual([]);
    });

    it('the newest rows and the head are removed: a head that was noted elsewhere tells', async () => {
      const { head } = await verify();
      expect((await verify(head)).faults).toEqual([]);
      expect((await verify('ab'.repeat(32))).faults).toEqual([
        expect.stringContaining('rows were removed since'),
      ]);
    });
  });

  describe('keeps calls that changed nothing beside the chain', () => {
    it('every one that was let in, by its route and not by what was put into it', async () => {
      await lastgood.ask(`${phase}?language=ru`, { as: 'viewer' });
      expect((await calls()).at(-1)).toMatchObject({
        actor_name: 'the viewer',
        method: 'GET',
        route: '/admin/phases/:phase',
        status: 404,
        calls: 1,
      });
    });

    it('a refused one with who it was, where that is known', async () => {
      await lastgood.ask('/admin/cluster', { as: 'client' });
      expect((await calls()).at(-1)).toMatchObject({
        actor_name: 'the client',
        route: '/admin/cluster',
        status: 403,
      });
    });

    it('refused ones sampled and counted: a flood does not fill the database', async () => {
      const before = (await calls()).length;
      const flood = Array.from({ length: 60 }, () => lastgood.ask('/admin/phases', { as: null }));
      expect((await Promise.all(flood)).map(({ status }) => status)).toEqual(Array(60).fill(401));
      await lastgood.app.get(AuditCallsService).beforeApplicationShutdown();
      const rows = (await calls()).slice(before).filter(({ status }) => status === 401);
      expect(rows.length).toBeLessThanOrEqual(6);
      expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(60);
      expect(rows[0]).toMatchObject({ actor_name: null, route: '/admin/phases' });
    });

    it('while the database is away they wait for it', async () => {
      const before = (await calls()).length;
      await lastgood.proxy.mode('refuse');
      await lastgood.ask('/admin/models', { as: 'viewer' });
      await lastgood.app.get(AuditCallsService).flush();
      await lastgood.proxy.mode('pass');
      const rows = await calls();
      expect(rows.slice(before)).toEqual([expect.objectContaining({ route: '/admin/models', status: 200 })]);
    });
  });
});
