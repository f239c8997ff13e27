import { measured } from '../support/fault-report.js';
import { FleetNode, phaseRow } from '../support/fleet-node.js';
import { Fleet, sqlOn } from '../support/fleet.js';
import { expectTruth } from '../support/lineage-watch.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';
import { PostgresPair } from '../support/standby.js';
import { createTestDatabase } from '../support/test-database.js';

/** A fail-over to a real standby that never received the last change (CO-5, CO-10). */
describe('a standby that lost the last change', () => {
  let pair: PostgresPair;
  let fleet: Fleet;
  let load: ReadLoad;
  /** The fleet's database, on the standby. */
  let standby: string;
  let kept: number;
  let lost: number;
  let lostVersion: number;
  let value = 1_000;

  const valueOn = async (url: string): Promise<number | undefined> => {
    const [row] = await sqlOn<{ max: number }>(
      url,
      `SELECT max_tokens AS max FROM lastgood.phase_configs WHERE context_tier = 'standard'`,
    );
    return row?.max;
  };

  /** Two processes have applied a change that is on the primary only. */
  beforeEach(async () => {
    pair = await PostgresPair.start();
    fleet = await Fleet.start({ size: 2, url: (await createTestDatabase(pair.primary.url)).url });
    standby = pair.onStandby(fleet.url);
    kept = ++value;
    await fleet.edit(kept);
    await fleet.untilOnTruth(kept);
    await pollUntil(async () => (await valueOn(standby)) === kept, 'the standby received the change');
    await pair.replication.mode('black-hole');
    lost = ++value;
    await fleet.edit(lost);
    await fleet.untilOnTruth(lost);
    lostVersion = await fleet.version();
    expect(await fleet.version(standby)).toBe(lostVersion - 1);
    load = new ReadLoad(fleet.nodes, 10);
    await load.more(50);
  });

  afterEach(async () => {
    await load.stop();
    await fleet.dispose();
    await pair.stop();
  });

  const failOver = (): void => {
    process.kill(pair.primary.pid, 'SIGKILL');
    for (const { proxy } of fleet.nodes) proxy.retarget({ targetPort: Number(new URL(standby).port) });
  };

  it('confirms nothing and takes no edit as a standby, and is believed once it is promoted', async () => {
    failOver();
    for (const node of fleet.nodes) {
      await pollUntil(
        () => node.said('a standby answered').length > 0,
        'the standby is told from the primary',
      );
    }
    const toldAt = Date.now();
    const refused = await fleet.node.edit(phaseRow, { maxTokens: 1 });
    expect(refused).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    const health = await fleet.node.ask('/health', { as: 'viewer' });
    expect(health.text).toContain('postgres-standby:config');
    const reasonOf = async (node: FleetNode) => (await node.read()).body.meta.reason;
    for (const node of fleet.nodes) {
      await pollUntil(async () => (await reasonOf(node)) === 'unconfirmed', 'nothing is confirmed any more');
    }
    await load.more(100);
    const asStandby = load.between(toldAt);
    expect(new Set(asStandby.map(({ body }) => body?.maxTokens))).toEqual(new Set([lost]));
    expect(asStandby.filter(({ isDegraded }) => !isDegraded)).toEqual([]);
    expect(
      asStandby.filter(({ body }) => body!.meta.reason === 'fresh' && body!.meta.ageMs >= 5_000),
    ).toEqual([]);
    expect(await fleet.version(standby)).toBe(lostVersion - 1);

    const since = Date.now();
    await pair.promote();
    await expectTruth({ fleet, load, fault: 'a promoted standby', since, lost, truth: kept });

    // Another change under the number of the one that was lost.
    const other = ++value;
    const edited = await fleet.node.edit(phaseRow, { maxTokens: other });
    expect(edited).toMatchObject({ status: 200, body: { version: lostVersion, served: true } });
    await fleet.untilOnTruth(other);
  });

  it('is believed when it comes back with another change at the very same version', async () => {
    await Promise.all(fleet.nodes.map(({ proxy }) => proxy.mode('refuse')));
    failOver();
    await pair.promote();
    const truth = ++value;
    await fleet.edit(truth, standby);
    expect(await fleet.version(standby)).toBe(lostVersion);
    const since = Date.now();
    await Promise.all(fleet.nodes.map(({ proxy }) => proxy.mode('pass')));
    await expectTruth({
      fleet,
      load,
      fault: 'promoted, then edited to the same version',
      since,
      lost,
      truth,
    });
  });

  it('gives a process that starts on it nothing to serve: it ends with one clear error', async () => {
    const started = Date.now();
    const born = await FleetNode.launch(standby, fleet.keys);
    expect(await born.server.exit()).toBe(1);
    const fault = 'start on a standby';
    measured({ row: 'Postgres', fault, what: 'exit', value: Date.now() - started, limit: 10_000 });
    expect(born.server.stderr).toMatch(/Cannot get model configuration/);
    expect(born.server.stderr).toMatch(/standby/);
    await born.dispose();
  });
});
