import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { measured } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { phaseRow, type FleetNode } from '../support/fleet-node.js';
import { Fleet } from '../support/fleet.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';

const row = 'Process';
const seconds = faultScale.stopMs / 1_000;

/** A process that is stopped by SIGTERM, or frozen for a while, under load. */
describe('signals under load', () => {
  let fleet: Fleet;
  let node: FleetNode;
  let other: FleetNode;
  let psql: Client;
  let load: ReadLoad | undefined;
  let value = 1_000;

  beforeAll(async () => {
    fleet = await Fleet.start({ size: 2 });
    [node, other] = fleet.nodes as [FleetNode, FleetNode];
  });

  afterAll(() => fleet.dispose());

  beforeEach(async () => {
    for (const each of fleet.nodes) if (each.server.hasEnded) await each.restart();
    await fleet.edit(++value);
    await fleet.untilOnTruth(value);
    psql = new Client({ connectionString: fleet.url });
    psql.on('error', () => undefined);
    await psql.connect();
  });

  afterEach(async () => {
    node.server.kill('SIGCONT');
    await load?.stop();
    await psql.end();
  });

  const lockCounter = async (): Promise<void> => {
    await psql.query('BEGIN');
    await psql.query(`SELECT 1 FROM lastgood.change_counter WHERE stream = 'config' FOR UPDATE`);
  };
  const untilEditWaits = () => {
    const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = 'lastgood-write' AND wait_event_type = 'Lock'`;
    return pollUntil(async () => (await fleet.sql(waits)).length > 0, 'the edit waits for the lock');
  };
  /** As a balancer does: asks every 100 ms whether a process is ready, and sends it nothing more once it isn't. */
  const balance = async (readers: ReadLoad): Promise<void> => {
    const isReady = async () => {
      await pause(100);
      return node.ask('/health/ready', { as: null }).then(
        ({ status }) => status === 200,
        () => false,
      );
    };
    await pollUntil(async () => !(await isReady()), 'it is no longer ready');
    readers.leaveOut(node);
  };

  /** How long the process takes to end (ms); one that does not end is killed. */
  const endMs = async (since: number): Promise<number> => {
    const ending = pollUntil(() => node.server.hasEnded, 'it ends', undefined, 20_000);
    const took = await ending.then(
      () => performance.now() - since,
      () => Number.POSITIVE_INFINITY,
    );
    node.server.kill('SIGKILL');
    await node.server.exit();
    return took;
  };

  it('SIGTERM fails no request of a balancer that watches /health/ready (CA-11)', async () => {
    const fault = 'SIGTERM under load';
    load = new ReadLoad(fleet.nodes, 3);
    await load.more(300);
    const start = performance.now();
    node.server.kill('SIGTERM');
    await balance(load);
    const took = await endMs(start);
    await load.stop();
    measured({ row, fault, what: 'drain', value: took, limit: 10_000 });
    measured({ row, fault, what: 'failed requests', value: load.failed.length, limit: 0, unit: '' });
    expect(load.failed.map(({ status, error }) => `${status} ${error}`)).toEqual([]);
    expect([took < 20_000, node.server.exitCode]).toEqual([true, 0]);
  });

  it('SIGTERM lets an edit that is under way finish, and then ends the process (CA-11)', async () => {
    await lockCounter();
    const editing = node.edit(phaseRow, { maxTokens: ++value });
    await untilEditWaits();
    const start = performance.now();
    node.server.kill('SIGTERM');
    await pause(300);
    await psql.query('COMMIT');
    expect((await editing).status).toBe(200);
    const took = await endMs(start);
    const fault = 'SIGTERM during an edit';
    measured({ row, fault, what: 'drain', value: took, limit: 10_000 });
    expect([took < 20_000, node.server.exitCode]).toEqual([true, 0]);
    await other.untilOnTruth(value);
  });

  it('SIGTERM ends the process within its time though the database swallows everything (CA-11)', async () => {
    await node.proxy.mode('black-hole');
    load = new ReadLoad([node], 10);
    await load.more(50);
    const start = performance.now();
    node.server.kill('SIGTERM');
    const took = await endMs(start);
    const fault = 'SIGTERM, database a black hole';
    measured({ row, fault, what: 'drain', value: took, limit: 10_000 });
    expect([took < 20_000, node.server.exitCode]).toEqual([true, 0]);
    await node.proxy.mode('pass');
  });

  it(`a process that slept for ${seconds} s (SIGSTOP) calls nothing old fresh when it wakes, and converges (CO-14)`, async () => {
    const old = value;
    load = new ReadLoad(fleet.nodes, 20);
    await load.more(50);
    load.leaveOut(node);
    node.server.kill('SIGSTOP');
    await fleet.edit(++value);
    await other.untilOnTruth(value);
    await pause(faultScale.stopMs);
    // They wait for it to wake, and are read before or beside its first poll.
    const waiting = Array.from({ length: 50 }, () => node.read());
    await pause(200);
    const woken = Date.now();
    node.server.kill('SIGCONT');
    const answered = await Promise.all(waiting);
    await node.untilOnTruth(value);
    const fault = `SIGSTOP for ${seconds} s`;
    measured({ row, fault, what: 'on the truth', value: Date.now() - woken, limit: 5_000 });
    await load.stop();
    expect(load.failed).toEqual([]);
    expect(load.wentBack()).toEqual([]);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200]));
    const outdated = answered.filter(({ body }) => body.maxTokens === old).map(({ body }) => body.meta);
    // What is unconfirmed says so, and for how long.
    expect(outdated.filter(({ reason }) => reason === 'fresh')).toEqual([]);
    expect(outdated.filter(({ ageMs }) => ageMs < faultScale.stopMs - 3_000)).toEqual([]);
  });

  it(`an edit that slept for ${seconds} s in the middle is not done when the process wakes, and held up nobody for long (CO-3)`, async () => {
    await lockCounter();
    const sleeping = node.edit(phaseRow, { maxTokens: 1 });
    await untilEditWaits();
    const stopped = Date.now();
    node.server.kill('SIGSTOP');
    await psql.query('COMMIT');
    const isDone = async () => (await other.edit(phaseRow, { maxTokens: value + 1 })).status === 200;
    await pollUntil(isDone, 'another process can edit', undefined, 30_000);
    value += 1;
    const fault = 'SIGSTOP in the middle of an edit';
    measured({ row, fault, what: 'others can edit', value: Date.now() - stopped, limit: 12_000 });
    const version = await fleet.version();
    await pause(Math.max(0, stopped + faultScale.stopMs - Date.now()));
    node.server.kill('SIGCONT');
    expect(await sleeping).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    await fleet.untilOnTruth(value);
    expect(await fleet.version()).toBe(version);
    expect((await node.edit(phaseRow, { maxTokens: ++value })).status).toBe(200);
    await fleet.untilOnTruth(value);
  });
});
