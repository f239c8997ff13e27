import { Client } from 'pg';
import { measured } from '../support/fault-report.js';
import { phaseRow, type FleetNode } from '../support/fleet-node.js';
import { Fleet } from '../support/fleet.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';

const row = 'Postgres';

/** What somebody with psql does to the counter, its log and the tables under them. */
describe('the change log and psql', () => {
  let fleet: Fleet;
  let load: ReadLoad;
  let away: FleetNode;
  let present: FleetNode;
  let value = 1_000;

  beforeAll(async () => {
    fleet = await Fleet.start({ size: 2 });
    [away, present] = fleet.nodes as [FleetNode, FleetNode];
  });

  afterAll(() => fleet.dispose());

  beforeEach(async () => {
    await fleet.edit(++value);
    await fleet.untilOnTruth(value);
    load = new ReadLoad(fleet.nodes, 10);
  });

  afterEach(async () => {
    await load.stop();
    expect(load.failed).toEqual([]);
    expect(fleet.nodes.map(({ server }) => server.exitCode)).toEqual([null, null]);
  });

  const trim = (keep: number) =>
    fleet.sql(
      `WITH gone AS (DELETE FROM lastgood.change_log WHERE stream = 'config' AND version <= $1)
       UPDATE lastgood.change_counter SET trimmed_to = $1 WHERE stream = 'config'`,
      [keep],
    );

  it.each([
    ['all but the newest change', 1],
    ['every change', 0],
  ])(
    'a process that was away while %s was trimmed starts on the history anew and serves the truth (CO-10)',
    async (which, kept) => {
      const began = Date.now();
      const held = value;
      await away.proxy.mode('refuse');
      for (let edit = 0; edit < 3; edit++) await fleet.edit(++value);
      await present.untilOnTruth(value);
      await trim((await fleet.version()) - kept);
      const healed = Date.now();
      await away.proxy.mode('pass');
      await away.untilOnTruth(value);
      const fault = `log trimmed of ${which}`;
      measured({ row, fault, what: 'on the truth', value: Date.now() - healed, limit: 5_000 });
      const [adopted] = away.said('another history adopted', began);
      expect(adopted).toMatchObject({ stream: 'config', gap: 'trimmed' });
      measured({ row, fault, what: 'noticed', value: adopted!.at - healed, limit: 2_000 });
      await load.more(50);
      const ofAway = load.between(began).filter(({ node }) => node === away);
      expect(new Set(ofAway.map(({ body }) => body?.maxTokens))).toEqual(new Set([held, value]));
      expect(ofAway.filter((read) => read.sentAt > adopted!.at && isOldAsFresh(read.body))).toEqual([]);

      function isOldAsFresh(body: (typeof ofAway)[number]['body']): boolean {
        return body!.maxTokens === held && !body!.meta.isStale;
      }
    },
  );

  it('a log that is trimmed up to the newest change disturbs nobody who has applied it (CO-8)', async () => {
    const began = Date.now();
    await trim((await fleet.version()) - 1);
    await load.more(200);
    await fleet.edit(++value);
    await fleet.untilOnTruth(value);
    for (const node of fleet.nodes) expect(node.said('another history', began)).toEqual([]);
    expect(load.between(began).filter(({ body }) => body?.meta.isStale)).toEqual([]);
  });

  it('TRUNCATE is refused, for one table and for all at once, and nothing of it is done (CO-2)', async () => {
    const before = await fleet.version();
    for (const tables of [
      'lastgood.judge_configs',
      'lastgood.models CASCADE',
      'lastgood.phase_configs, lastgood.models, lastgood.judge_configs, lastgood.context_reserves',
      'lastgood.api_keys',
    ]) {
      await expect(fleet.sql(`TRUNCATE ${tables}`)).rejects.toThrow(/TRUNCATE of lastgood\.\w+ is refused/);
    }
    await expect(
      fleet.sql(`SET session_replication_role = replica; TRUNCATE lastgood.phase_configs`),
    ).rejects.toThrow(/is refused/);
    expect(await fleet.version()).toBe(before);
    await fleet.untilOnTruth(value);
  });

  describe('psql holds the counter', () => {
    let psql: Client;
    let pid: number;

    beforeEach(async () => {
      psql = new Client({ connectionString: fleet.url });
      await psql.connect();
      await psql.query('BEGIN');
      const { rows } = await psql.query<{ pid: number }>(
        `SELECT pg_backend_pid() AS pid FROM lastgood.change_counter WHERE stream = 'config' FOR UPDATE`,
      );
      pid = rows[0]!.pid;
    });

    afterEach(() => psql.end());

    it('edits are 503 and name the holder, reads stay fresh, and all is done when it lets go (CO-3)', async () => {
      const [began, before] = [Date.now(), await fleet.version()];
      const edit = (node: FleetNode) => node.edit(phaseRow, { maxTokens: 1 });
      const timed = async <R>(what: string, work: () => Promise<R>): Promise<R> => {
        const start = performance.now();
        const done = await work();
        const fault = 'psql holds the counter';
        // Four attempts of 500 ms, with pauses of at most 75, 150 and 300 ms between them.
        measured({ row, fault, what, value: performance.now() - start, limit: 2_525 });
        return done;
      };
      const refused = [
        await timed('503 that names it', () => edit(present)),
        ...(await timed('503, two edits at once', () => Promise.all(fleet.nodes.map(edit)))),
      ];
      for (const answer of refused) {
        expect(answer).toMatchObject({
          status: 503,
          body: {
            code: 'database-unavailable',
            detail: expect.stringMatching(`process .*\\b${pid}\\b.* holds`),
          },
        });
      }
      await load.more(300);
      const during = load.between(began);
      expect(new Set(during.map(({ body }) => body?.meta.reason))).toEqual(new Set(['fresh']));
      expect(during.filter(({ isDegraded }) => isDegraded)).toEqual([]);
      expect(await fleet.version()).toBe(before);
      await psql.query('COMMIT');
      expect((await fleet.node.edit(phaseRow, { maxTokens: ++value })).status).toBe(200);
      await fleet.untilOnTruth(value);
    });

    it('an edit that it makes is applied once it commits, and one that it rolls back never (CO-2)', async () => {
      const update = (maxTokens: number) =>
        psql.query(
          `UPDATE lastgood.phase_configs SET max_tokens = ${maxTokens} WHERE context_tier = 'standard'`,
        );
      await update(1);
      await load.more(150);
      await psql.query('ROLLBACK');
      await psql.query('BEGIN');
      await update(++value);
      await psql.query('COMMIT');
      await fleet.untilOnTruth(value);
      expect(load.reads.filter(({ body }) => body?.maxTokens === 1)).toEqual([]);
    });
  });

  it('a backend that is killed while it holds the counter lets everybody go on (CO-3)', async () => {
    const psql = new Client({ connectionString: fleet.url });
    psql.on('error', () => undefined);
    await psql.connect();
    await psql.query('BEGIN');
    const lock = `SELECT pg_backend_pid() AS pid FROM lastgood.change_counter FOR UPDATE`;
    const { rows } = await psql.query<{ pid: number }>(lock);
    const editing = fleet.node.edit(phaseRow, { maxTokens: ++value });
    const waits = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'lastgood-write' AND wait_event_type = 'Lock'`;
    await pollUntil(async () => (await fleet.sql(waits)).length > 0, 'the edit waits');
    await fleet.sql('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    expect((await editing).status).toBe(200);
    await fleet.untilOnTruth(value);
  });
});
