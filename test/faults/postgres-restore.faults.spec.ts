import { Fleet, sqlOn } from '../support/fleet.js';
import { expectTruth } from '../support/lineage-watch.js';
import { ReadLoad } from '../support/read-load.js';

/**
 * A database that is restored to an older state under its own name. The copy is made by `CREATE DATABASE … TEMPLATE`,
 * byte for byte and with the same epoch, as a restored dump has it.
 */
describe('Postgres is restored to an older state (CO-10)', () => {
  let fleet: Fleet;
  let load: ReadLoad;
  let server: string;
  let live: string;
  let backup: string;
  let value = 1_000;

  beforeAll(async () => {
    fleet = await Fleet.start({ size: 2 });
    live = new URL(fleet.url).pathname.slice(1);
    backup = `${live}_backup`;
    server = new URL('/postgres', fleet.url).href;
  });

  afterAll(() => fleet.dispose());

  beforeEach(() => {
    load = new ReadLoad(fleet.nodes, 10);
  });

  afterEach(async () => {
    await load.stop();
    await sqlOn(server, `DROP DATABASE IF EXISTS ${live}_lost WITH (FORCE)`);
  });

  const backupUrl = () => new URL(`/${backup}`, fleet.url).href;
  const publish = async (): Promise<number> => {
    await fleet.edit(++value);
    await fleet.untilOnTruth(value);
    return value;
  };
  /** Only a database that nobody is in can be renamed or copied. */
  const emptied = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    await sqlOn(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await sqlOn(
      server,
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
    );
    await work();
  };
  const copy = () =>
    emptied(live, async () => {
      await sqlOn(server, `CREATE DATABASE ${backup} TEMPLATE ${live}`);
      await sqlOn(server, `ALTER DATABASE ${live} ALLOW_CONNECTIONS true`);
    });
  /** Returns the moment from which the processes can reach what was restored. */
  const restore = async (): Promise<number> => {
    await emptied(live, () => sqlOn(server, `ALTER DATABASE ${live} RENAME TO ${live}_lost`));
    await sqlOn(server, `ALTER DATABASE ${backup} RENAME TO ${live}`);
    return Date.now();
  };

  it('all serve the older value, and the edits that were lost are never fresh again', async () => {
    const truth = await publish();
    await copy();
    await publish();
    const lost = await publish();
    const lostVersion = await fleet.version();
    const since = await restore();
    await expectTruth({ fleet, load, fault: 'restored to an older state', since, lost, truth });
    expect(await fleet.version()).toBe(lostVersion - 2);

    // The numbers are used a second time, for other changes.
    await publish();
    const again = await publish();
    expect(await fleet.version()).toBe(lostVersion);
    await load.more(100);
    expect(load.reads.slice(-50).every(({ body }) => body?.maxTokens === again)).toBe(true);
  });

  it.each([
    ['the same version', 2],
    ['a higher version', 4],
  ])('all are on the truth though the restored state was edited to %s meanwhile', async (which, edits) => {
    await publish();
    await copy();
    await publish();
    const lost = await publish();
    const lostVersion = await fleet.version();
    for (let edit = 0; edit < edits; edit++) await fleet.edit(++value, backupUrl());
    expect(await fleet.version(backupUrl())).toBe(lostVersion - 2 + edits);
    const since = await restore();
    await expectTruth({ fleet, load, fault: `restored, then edited to ${which}`, since, lost, truth: value });
  });

  it('a process that was away all the time, and comes back to the restored state, is on the truth as well', async () => {
    const truth = await publish();
    await copy();
    const lost = await publish();
    const [away, ...others] = fleet.nodes;
    await away!.proxy.mode('black-hole');
    const since = await restore();
    await Promise.all(others.map((node) => node.untilOnTruth(truth)));
    const heardAt = Date.now();
    await away!.proxy.mode('pass');
    await expectTruth({ fleet, load, fault: 'restored while a process was away', since, lost, truth });
    const early = load
      .between(since, heardAt)
      .filter(({ node, body }) => node === away && body?.maxTokens === truth);
    expect(early).toEqual([]);
  });
});
