import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';

interface PhaseAnswer {
  temperature: number;
  maxTokens: number;
  meta: { isStale: boolean; reason: string; version: number };
}

/** One server on the embedded default, a second one on the same database, and that database killed and revived. */
describe('an outage of the database under load', () => {
  const path = '/api/v1/config/phases/stage_4?language=ru';
  const folders: string[] = [];
  let settings: Record<string, string>;
  let servers: ServerProcess[];
  let urls: string[];
  let headers: Record<string, string>;
  let databaseUrl: string;

  const folder = (): string => {
    const made = tempFolder('outage');
    folders.push(made);
    return made;
  };
  const read = async (url: string): Promise<{ answer: Response; body: PhaseAnswer }> => {
    const answer = await fetch(`${url}${path}`, { headers });
    return { answer, body: (await answer.json()) as PhaseAnswer };
  };
  const mode = async (url: string): Promise<string> =>
    ((await (await fetch(`${url}/health/ready`)).json()) as { mode: string }).mode;
  const both = async (holds: (url: string) => Promise<boolean>): Promise<boolean> =>
    (await Promise.all(urls.map(holds))).every(Boolean);
  const sql = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  };

  beforeAll(async () => {
    settings = { DATA_DIR: folder(), MODEL_CONFIG_MAX_AGE_MS: '2000' };
    const first = new ServerProcess(settings);
    servers = [first];
    urls = [await first.url()];
    await pollUntil(
      () => first.stderr.includes('curl'),
      'the greeting is printed',
      () => first.output,
    );
    headers = {
      authorization: `Bearer ${readFileSync(join(settings.DATA_DIR!, 'admin-key'), 'utf8').trim()}`,
    };
    const { port } = JSON.parse(readFileSync(join(settings.DATA_DIR!, 'postgres.json'), 'utf8')) as {
      port: number;
    };
    const password = readFileSync(join(settings.DATA_DIR!, 'postgres-password'), 'utf8').trim();
    databaseUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    const second = new ServerProcess({ ...settings, DATA_DIR: folder(), DATABASE_URL: databaseUrl });
    servers.push(second);
    urls.push(await second.url());
  });

  afterAll(async () => {
    for (const server of servers.toReversed()) await server.stop();
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  });

  it('serves an edit made through one process in both (CO-6, MC-15)', async () => {
    const row = await fetch(`${urls[0]}/admin/phases/stage_4`, { headers });
    const { settings: before } = (await row.json()) as { settings: object };
    const published = await fetch(`${urls[0]}/admin/phases/stage_4`, {
      method: 'PUT',
      headers: { ...headers, 'if-match': row.headers.get('etag')!, 'content-type': 'application/json' },
      body: JSON.stringify({ settings: { ...before, temperature: 0 }, reason: 'deterministic' }),
    });
    expect(published.status).toBe(200);
    expect(await published.json()).toMatchObject({ version: 2, served: true });
    expect((await read(urls[0]!)).body).toMatchObject({ temperature: 0, meta: { version: 2 } });
    await pollUntil(
      async () => (await read(urls[1]!)).body.temperature === 0,
      'the other process serves the edit',
    );
  });

  it('serves an edit made by psql in both (CO-2)', async () => {
    await sql(
      `UPDATE lastgood.phase_configs SET max_tokens = 4321 WHERE phase = 'stage_4' AND course_id IS NULL`,
    );
    await pollUntil(
      () => both(async (url) => (await read(url)).body.maxTokens === 4321),
      'both processes serve the edit',
    );
  });

  it('fails no read while the database is SIGKILLed under load, says degraded at once and stale by its band, and clears when it is back (MC-9, MC-20)', async () => {
    const outcomes = { sent: 0, failed: 0, stale: 0 };
    const underway: Promise<void>[] = [];
    const load = setInterval(() => {
      outcomes.sent++;
      const sent = read(urls[outcomes.sent % urls.length]!).then(({ answer, body }) => {
        if (answer.status !== 200) outcomes.failed++;
        if (body.meta.isStale) outcomes.stale++;
      });
      underway.push(sent.catch(() => void outcomes.failed++));
    }, 5);
    const [pid] = readFileSync(join(settings.DATA_DIR!, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');

    await pollUntil(
      () => both(async (url) => (await mode(url)) === 'degraded'),
      'both say degraded',
      undefined,
      5_000,
    );
    const { answer } = await read(urls[0]!);
    expect(answer.headers.get('degraded')).toMatch(/^model-config; age=\d+$/);
    await pollUntil(() => both(async (url) => (await read(url)).body.meta.isStale), 'both say stale');
    expect((await read(urls[0]!)).body).toMatchObject({ temperature: 0, maxTokens: 4321 });

    const refused = await fetch(`${urls[0]}/admin/phases/stage_4`, {
      method: 'PUT',
      headers: { ...headers, 'if-match': '*', 'content-type': 'application/json' },
      body: JSON.stringify({ settings: await currentSettings(), reason: 'during the outage' }),
    });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);

    const revive = ServerProcess.cli(settings, 'database', 'start');
    expect(await revive.exit()).toBe(0);
    await pollUntil(
      () => both(async (url) => (await mode(url)) === 'ok'),
      'both are ok again',
      undefined,
      10_000,
    );
    expect((await read(urls[1]!)).body.meta).toMatchObject({ isStale: false, reason: 'fresh' });

    clearInterval(load);
    await Promise.all(underway);
    expect(outcomes.failed).toBe(0);
    expect(outcomes.stale).toBeGreaterThan(0);
    for (const server of servers) {
      const loads = server.stdout.match(/"msg":"loaded"|"type":"load-failed"/g)!;
      expect(loads.length).toBeLessThan(outcomes.sent / 20);
    }
  });

  async function currentSettings(): Promise<object> {
    const row = await fetch(`${urls[0]}/admin/phases/stage_4`, { headers });
    return ((await row.json()) as { settings: object }).settings;
  }
});
