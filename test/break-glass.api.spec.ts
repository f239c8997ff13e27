import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BreakGlassJournal } from '../src/platform/audit/index.js';
import { SETTINGS, type Settings } from '../src/platform/config/index.js';
import { BreakGlassFile } from '../src/platform/security/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

interface Row {
  readonly actor_id: string;
  readonly actor_role: string;
  readonly method: string;
  readonly route: string;
  readonly status: number | null;
  readonly request_id: string;
}

const day = 86_400_000;
const stats = '/admin/cache/stats';

describe('a break-glass key (OP-13)', () => {
  let lastgood: TestApp;
  let keys: BreakGlassFile;
  let journal: string;
  let key = '';

  beforeAll(async () => {
    lastgood = await TestApp.start();
    const { dataDir } = lastgood.app.get<Settings>(SETTINGS);
    keys = new BreakGlassFile(dataDir);
    journal = join(dataDir, 'break-glass-calls.jsonl');
    await keys.create('on call', 30 * day, (made) => void (key = made));
    await pollUntil(async () => (await ask(stats)).status === 200, 'the key is noticed');
  });

  afterEach(() => lastgood.proxy.mode('pass'));
  afterAll(() => lastgood.dispose());

  const ask = (path: string, using = key, more: { method?: string; body?: unknown } = {}) =>
    lastgood.ask(path, { as: null, headers: { authorization: `Bearer ${using}` }, ...more });
  const replay = () => lastgood.app.get(BreakGlassJournal).replay();
  /** The journal is empty once every call of it ended and is in the table. */
  const rows = async (route: string): Promise<Row[]> => {
    await pollUntil(async () => {
      await replay();
      return readFileSync(journal, 'utf8') === '';
    }, 'the journal is replayed');
    return lastgood.sql<Row>('SELECT * FROM lastgood.audit_calls WHERE route = $1 ORDER BY id', [route]);
  };
  const metric = async (name: string) => {
    const { text } = await lastgood.ask('/metrics', { as: 'viewer' });
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };

  it('lets in as admin while the database is away; the audit has the call once it is back, once', async () => {
    await lastgood.proxy.mode('refuse');
    const calls = await metric('break_glass_calls_total');
    const answer = await ask('/admin/cache/model-config/settings');
    expect(answer.status).toBe(200);
    expect(await metric('break_glass_calls_total')).toBe(calls + 1);
    expect(readFileSync(journal, 'utf8')).toContain(answer.headers.get('x-request-id'));
    const kept = readFileSync(journal, 'utf8');
    await replay();
    expect(readFileSync(journal, 'utf8')).toContain(kept.trim().split('\n')[0]);
    await lastgood.proxy.mode('pass');
    const told = [
      expect.objectContaining({
        actor_id: `break-glass:${key.slice(5, 13)}`,
        actor_role: 'admin',
        method: 'GET',
        status: 200,
        request_id: answer.headers.get('x-request-id'),
      }),
    ];
    expect(await rows('/admin/cache/:namespace/settings')).toEqual(told);
    // As a process leaves it that dies between the row and the end of its line.
    writeFileSync(journal, `${kept}\n{"begun":"torn`);
    expect((await ask(stats)).status).toBe(200);
    expect(await rows('/admin/cache/:namespace/settings')).toEqual(told);
  });

  it('is told of in the log, at WARN, at every call, reads too', async () => {
    const answer = await ask('/api/v1/config/phases/stage_4?language=ru');
    expect(answer.status).toBe(200);
    const line = lastgood.logs.find(({ requestId }) => requestId === answer.headers.get('x-request-id'));
    expect(line).toMatchObject({
      level: 'warn',
      msg: 'a call is made with a break-glass key',
      actorName: 'on call',
      ip: '127.0.0.1',
      method: 'GET',
      route: '/api/v1/config/phases/:phase',
    });
    expect(JSON.stringify(lastgood.logs)).not.toContain(key.slice(14));
    expect(await rows('/api/v1/config/phases/:phase')).toEqual([expect.objectContaining({ status: 200 })]);
  });

  it('makes a change that is chained in its own transaction, as everybody else does', async () => {
    const method = { method: 'POST', body: { key: 'snapshot' } };
    expect((await ask('/admin/cache/model-config/invalidate', key, method)).status).toBe(200);
    expect(
      await lastgood.sql(`SELECT actor_id FROM lastgood.audit_log WHERE target LIKE '%invalidate%'`),
    ).toEqual([{ actor_id: `break-glass:${key.slice(5, 13)}` }]);
  });

  it('lets nobody in whose call cannot be put on record: 503, and nothing is done', async () => {
    await rows(stats);
    renameSync(journal, `${journal}.kept`);
    mkdirSync(journal);
    const before = await lastgood.version();
    const changing = { method: 'POST', body: { key: 'snapshot' } };
    const answer = await ask('/admin/cache/model-config/invalidate', key, changing);
    expect(answer).toMatchObject({ status: 503, body: { code: 'call-not-recorded' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await lastgood.version()).toBe(before);
    rmSync(journal, { recursive: true });
    renameSync(`${journal}.kept`, journal);
    expect((await ask(stats)).status).toBe(200);
  });

  it('lets nobody in while its journal is full, and everybody again once the database has taken it', async () => {
    await rows(stats);
    await lastgood.proxy.mode('refuse');
    writeFileSync(journal, `\n${'x'.repeat(16 * 1_048_576)}\n`);
    const refused = await ask(stats);
    expect(refused).toMatchObject({ status: 503, body: { code: 'call-not-recorded' } });
    expect(refused.text).toContain('break-glass-calls.jsonl');
    expect((await lastgood.ask(stats, { as: 'admin' })).status).toBe(200);
    await lastgood.proxy.mode('pass');
    await pollUntil(async () => {
      await replay();
      return (await ask(stats)).status === 200;
    }, 'there is room again');
    const said = lastgood.logs.filter(({ msg }) =>
      String(msg).includes('could not be read, and were left out'),
    );
    expect(said.at(-1)).toMatchObject({ level: 'error', lines: 1 });
  });

  it('is on record also where the answer waits at the door, frozen or not, and is only ever a Bearer', async () => {
    const warm = '/api/v1/config/phases/stage_5?language=ru';
    await rows('/api/v1/config/phases/:phase');
    const count = async () => (await rows('/api/v1/config/phases/:phase')).length;
    const before = await count();
    for (let at = 0; at < 3; at++) expect((await ask(warm)).status).toBe(200);
    const freeze = (frozen: boolean) =>
      ask('/admin/cache/model-config/freeze', key, { method: 'PUT', body: { frozen, reason: 'a drill' } });
    expect((await freeze(true)).status).toBe(200);
    for (let at = 0; at < 2; at++) {
      const { status, headers, text } = await ask(warm);
      expect([status, headers.get('degraded')]).toEqual([200, expect.stringContaining('model-config')]);
      expect(text).toContain('"reason":"frozen"');
    }
    expect((await freeze(false)).text).toContain('"frozen":null');
    expect(await count()).toBe(before + 5);
    const basic = { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` };
    expect((await lastgood.ask(warm, { as: null, headers: basic })).status).toBe(401);
    expect((await lastgood.ask(`${warm}&key=${key}`, { as: null })).status).toBe(401);
  });

  it('is refused as any other key is, when it is wrong, unknown or revoked', async () => {
    let revoked = '';
    await keys.create('gone', day, (made) => void (revoked = made));
    await keys.revoke(revoked.slice(5, 13));
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    const bodyOf = async (using: string) => {
      const { status, body } = await ask('/admin/phases', using);
      return { status, ...body, requestId: '' };
    };
    const usual = await bodyOf('lg_nobodys1_x');
    expect(usual.status).toBe(401);
    for (const using of [wrong, revoked, 'lgbg_', `lgbg_nobodys1_${'x'.repeat(43)}`])
      expect(await bodyOf(using)).toEqual(usual);
    expect(await metric('break_glass_refused_total')).toBeGreaterThanOrEqual(4);
  });

  it('is not looked at where nobody has to be known, and no call of ordinary keys is in the journal', async () => {
    await rows(stats);
    expect((await ask('/health/live')).status).toBe(200);
    expect((await lastgood.ask(stats, { as: 'admin' })).status).toBe(200);
    expect(readFileSync(journal, 'utf8')).toBe('');
    expect(existsSync(keys.path)).toBe(true);
  });
});

describe('the rate of break-glass keys (OP-2, OP-13)', () => {
  it('is that of admin routes, by address, on every route: guessing is no faster anywhere', async () => {
    const env = { ADMIN_RATE_PER_SECOND: '1', ADMIN_RATE_BURST: '5' };
    const limited = await TestApp.start({ env });
    const guess = () =>
      limited.ask('/api/v1/config/judges', {
        as: null,
        headers: { authorization: `Bearer lgbg_nobodys1_${'x'.repeat(43)}` },
      });
    const statuses = (await Promise.all(Array.from({ length: 30 }, guess))).map(({ status }) => status);
    await limited.dispose();
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10);
  });
});
