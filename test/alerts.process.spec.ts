import { join } from 'node:path';
import { CaptureServer } from './support/capture-server.js';
import { FleetNode } from './support/fleet-node.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

/** Writes to stderr when anything of Sentry's is resolved. */
const watchImports = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module';
   register('data:text/javascript,' + encodeURIComponent(
     'export function resolve(name, context, next) {' +
     ' if (name.includes("sentry")) process._rawDebug("LOADED " + name); return next(name, context); }'));`,
)}`;

const active = 'alert_active{namespace="model-config"}';
const shortAlarm = { MODEL_CONFIG_STALE_ALARM_MS: '1000' };

/** A long outage of the built process, told to servers of ours (MC-21). */
describe('alerts of a long outage (MC-21)', () => {
  let beside: TestApp;
  let node: FleetNode;
  const started: FleetNode[] = [];
  let webhook: CaptureServer;
  let sentry: CaptureServer;

  beforeAll(async () => {
    beside = await TestApp.start();
  });

  afterAll(() => beside.dispose());

  beforeEach(async () => {
    // The first attempt of each fails.
    webhook = await CaptureServer.start([503]);
    sentry = await CaptureServer.start([500]);
  });

  afterEach(async () => {
    for (const each of started.splice(0)) await each.dispose();
    webhook.close();
    sentry.close();
  });

  const start = async (env: Record<string, string>) => {
    node = await FleetNode.start(beside.databaseUrl, beside.keys, { ...shortAlarm, ...env });
    started.push(node);
  };
  const bothTold = (count: number) =>
    pollUntil(
      () => webhook.captured.length >= count && sentry.captured.length >= count,
      `both were told ${count} times`,
      () => node.server.output.slice(-3_000),
      25_000,
    );
  const scrape = async (series: string) => {
    const { text } = await node.ask('/metrics', { as: 'viewer' });
    return text.split('\n').find((line) => line.startsWith(series));
  };

  it('reach webhook and Sentry once an outage and once a recovery, with namespace, age and reasons, and no secret', async () => {
    await start({
      SENTRY_DSN: `http://dsnkey@${sentry.host}/1`,
      ALERT_WEBHOOK_URL: `http://hook-user:hush-hush@${webhook.host}/hidden-path`,
    });
    expect(await scrape(active)).toBe(`${active} 0`);
    await node.proxy.mode('refuse');
    await bothTold(2);
    expect(await scrape(active)).toBe(`${active} 1`);
    await node.proxy.mode('pass');
    await bothTold(3);
    await pollUntil(async () => (await scrape(active))!.endsWith(' 0'), 'the gauge falls');

    const hooks = webhook.captured.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const outage = {
      source: 'lastgood',
      kind: 'outage',
      namespace: 'model-config',
      alarmMs: 1_000,
      reasons: expect.arrayContaining(['postgres-unreachable:config']),
    };
    expect(hooks).toEqual([
      expect.objectContaining(outage),
      expect.objectContaining(outage),
      expect.objectContaining({ kind: 'recovery', namespace: 'model-config', reasons: [] }),
    ]);
    expect(hooks[0]!.ageMs).toBeGreaterThanOrEqual(1_000);
    // The second is the first once more.
    expect(hooks[1]).toEqual(hooks[0]);
    const basic = `Basic ${Buffer.from('hook-user:hush-hush').toString('base64')}`;
    expect(webhook.captured[0]).toMatchObject({
      path: '/hidden-path',
      headers: { authorization: basic, 'content-type': 'application/json' },
    });

    const events = sentry.captured.map(({ text }) => {
      const lines = text.split('\n').map((line) => JSON.parse(line || '{}') as Record<string, unknown>);
      return lines[2]!;
    });
    expect(sentry.captured[0]!.path).toMatch(/^\/api\/1\/envelope\//);
    expect(events.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'Stale service of model-config outlasts its alarm'],
      ['error', 'Stale service of model-config outlasts its alarm'],
      ['info', 'model-config is confirmed again'],
    ]);
    expect(events[1]!.event_id).toBe(events[0]!.event_id);
    expect(events[0]).toMatchObject({
      event_id: String(hooks[0]!.id).replaceAll('-', ''),
      tags: { kind: 'outage', namespace: 'model-config' },
      contexts: { lastgood: { ageMs: hooks[0]!.ageMs, reasons: hooks[0]!.reasons } },
    });

    const database = new URL(beside.databaseUrl);
    const secrets = [...Object.values(beside.keys), database.password, 'hush-hush'].filter(Boolean);
    const sent = JSON.stringify([webhook.captured.map(({ text }) => text), sentry.captured]);
    for (const secret of [...secrets, 'postgres://', '/hidden-path'])
      expect(`${sent}${node.server.output}`).not.toContain(secret);
    expect(node.server.output).not.toContain('dsnkey');
    expect(node.said('outlasts its alarm')).toHaveLength(1);
    expect(node.said('confirmed again')).toHaveLength(1);
    expect(await scrape('alert_deliveries_total{channel="sentry",result="delivered"}')).toMatch(/ 2$/);
    expect(await scrape('alert_deliveries_total{channel="webhook",result="failed"}')).toMatch(/ 0$/);
  });

  it('an outage that is going on at SIGTERM is still told to a webhook that waits for its next attempt', async () => {
    webhook.close();
    webhook = await CaptureServer.start([500, 500, 500]);
    await start({ ALERT_WEBHOOK_URL: `http://${webhook.host}/` });
    await node.proxy.mode('refuse');
    await pollUntil(() => webhook.captured.length === 3, 'three attempts failed', undefined, 25_000);
    node.server.kill('SIGTERM');
    expect(await node.server.exit()).toBe(0);
    expect(webhook.captured).toHaveLength(4);
    expect(node.said('reached nobody')).toEqual([]);
  });

  it('load @sentry/node for a DSN, and never without one', async () => {
    const run = async (env: Record<string, string>) => {
      const settings = { DATABASE_URL: beside.databaseUrl, DATA_DIR: tempFolder('alerts'), ...env };
      const main = join(__dirname, '..', 'dist', 'src', 'main.js');
      const server = new ServerProcess(settings, ['--import', watchImports, main]);
      await server.url();
      await server.stop();
      return server.stderr.includes('LOADED @sentry/node');
    };
    expect(await run({ SENTRY_DSN: `http://dsnkey@${sentry.host}/1` })).toBe(true);
    expect(await run({})).toBe(false);
  });
});
