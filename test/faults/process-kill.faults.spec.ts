import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.js';
import { measured, percentile } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { Fleet } from '../support/fleet.js';
import { FleetNode } from '../support/fleet-node.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';
import { tempFolder } from '../support/temp-folder.js';

const row = 'Process';
const clear = /Cannot get model configuration: database unavailable and no cached data/g;

/** Processes and their database end without a word, and start again. */
describe('kill -9', () => {
  let postgres: EmbeddedPostgres;
  let dataDir: string;
  let fleet: Fleet;
  let victim: FleetNode;
  let other: FleetNode;
  let load: ReadLoad | undefined;
  let value = 1_000;

  beforeAll(async () => {
    dataDir = tempFolder('kill');
    postgres = await EmbeddedPostgres.start({ dataDir, fast: true });
    // There never is a Redis.
    const env = () => ({ REDIS_URL: 'redis://127.0.0.1:1' });
    fleet = await Fleet.start({ size: 2, server: postgres.url, env });
    [victim, other] = fleet.nodes as [FleetNode, FleetNode];
  });

  afterAll(async () => {
    await fleet.dispose();
    await postgres.stop();
  });

  afterEach(() => load?.stop());

  const kill = async (node: FleetNode): Promise<void> => {
    node.server.kill('SIGKILL');
    await node.server.exit();
  };

  const isReady = async () => (await victim.ask('/health/ready', { as: null })).status === 200;

  it(`a process is ready with the newest edit after each of ${faultScale.kills} kills, and the other never fails (CA-11)`, async () => {
    load = new ReadLoad([other], 20);
    const took: number[] = [];
    for (let round = 0; round < faultScale.kills; round++) {
      // Somewhere in the middle of polls, loads and answers.
      const asking = Promise.allSettled(Array.from({ length: 20 }, () => victim.read()));
      await kill(victim);
      await asking;
      await fleet.edit(++value);
      const start = performance.now();
      victim.relaunch();
      victim.url = await victim.server.url();
      await pollUntil(isReady, 'it is ready', () => victim.server.output);
      took.push(performance.now() - start);
      expect((await victim.read()).body).toMatchObject({ maxTokens: value, meta: { reason: 'fresh' } });
    }
    await load.stop();
    expect(load.failed).toEqual([]);
    const fault = `kill -9 ×${faultScale.kills}, database up`;
    measured({ row, fault, what: 'ready, p50', value: percentile(took, 0.5), limit: 3_000 });
    measured({ row, fault, what: 'ready, max', value: Math.max(...took), limit: 3_000 });
  });

  it(`with everything down a process is ready from disk after each of ${faultScale.kills} kills, and on the truth when it is back (CA-11, MC-10)`, async () => {
    await fleet.edit(++value);
    await pollUntil(async () => (await victim.read()).body.maxTokens === value, 'the edit is served');
    // Nobody waits for the disk: it has what was served a moment ago.
    await pause(2_000);
    await Promise.all([kill(victim), kill(other)]);
    process.kill(postgres.pid, 'SIGKILL');
    const took: number[] = [];
    for (let round = 0; round < faultScale.kills; round++) {
      await victim.proxy.mode(round % 4 === 3 ? 'black-hole' : 'pass');
      const start = performance.now();
      victim.relaunch();
      victim.url = await victim.server.url();
      await pollUntil(isReady, 'it is ready', () => victim.server.output, 60_000);
      took.push(performance.now() - start);
      const { status, body, headers } = await victim.read();
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { maxTokens: value, meta: { isStale: true } },
      });
      expect(headers.has('degraded')).toBe(true);
      await pause(Math.random() * 500);
      await kill(victim);
    }
    const fault = `kill -9 ×${faultScale.kills}, everything down`;
    measured({ row, fault, what: 'ready from disk, p50', value: percentile(took, 0.5), limit: 3_000 });
    measured({ row, fault, what: 'ready from disk, max', value: Math.max(...took), limit: 3_000 });

    await victim.proxy.mode('pass');
    postgres = await EmbeddedPostgres.start({ dataDir, fast: true, samePort: true });
    for (const node of fleet.nodes) {
      await node.restart();
      // What says degraded is that there is no Redis.
      const isOnTruth = async () => {
        const { body } = await node.read();
        return body.maxTokens === value && body.meta.reason === 'fresh';
      };
      await pollUntil(isOnTruth, 'it serves the newest edit', () => node.server.output, 60_000);
    }
  }, 1_800_000);

  it('with everything down and nothing on disk a process ends with one clear error (MC-10)', async () => {
    const node = await FleetNode.launch('postgres://nobody:x@127.0.0.1:1/none', fleet.keys);
    for (const mode of ['pass', 'black-hole'] as const) {
      await node.server.exit();
      await node.proxy.mode(mode);
      const start = performance.now();
      node.relaunch();
      const code = await node.server.exit();
      const fault = mode === 'pass' ? 'start with everything down' : 'start into a black hole';
      measured({ row, fault, what: 'exit', value: performance.now() - start, limit: 10_000 });
      expect(code).toBe(1);
      expect(node.server.stderr.match(clear)).toHaveLength(1);
    }
    await node.dispose();
  });
});
