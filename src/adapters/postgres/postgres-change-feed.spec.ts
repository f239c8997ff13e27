import { randomBytes } from 'node:crypto';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { PollReply } from '../../core/coherence/change-feed.js';
import { PostgresChangeFeed } from './postgres-change-feed.js';
import { StatementPool } from './statement-pool.js';
import { WakeUpListener } from './wake-up-listener.js';

/** One statement, and so one version, that changes this many courses. */
const changeCourses = (courses: number, phase: string): string => `
INSERT INTO lastgood.phase_configs
  (phase, course_id, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries)
SELECT '${phase}', 'c' || n, 'any', 'standard', 'a/writer', 0, 1, 1, 0 FROM generate_series(1, ${courses}) n`;

const versionsOf = ({ changes }: PollReply) => changes.map(({ version }) => version);

describe('PostgresChangeFeed (CO-6)', () => {
  let database: ConfigDatabase;
  let pool: StatementPool;
  let listener: WakeUpListener;
  let feed: PostgresChangeFeed;

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    pool = new StatementPool({ url: database.url, timeoutMs: 2_000, maxConnections: 4 });
    listener = new WakeUpListener({ url: database.url, timeoutMs: 1_000 });
    feed = new PostgresChangeFeed('config', pool, listener);
  });
  afterAll(async () => {
    await listener.close();
    await pool.close();
    await database.drop();
  });

  const touch = (temperature: number) =>
    database.sql(`UPDATE lastgood.phase_configs SET temperature = $1 WHERE phase = 'global_default'`, [
      temperature,
    ]);

  /** May read and raise counters, and may not read the system. */
  const limitedRole = async () => {
    const role = `limited_${randomBytes(6).toString('hex')}`;
    await database.sql(`REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;
      CREATE ROLE ${role}; GRANT USAGE ON SCHEMA lastgood TO ${role};
      GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA lastgood TO ${role}`);
    return { role, url: `${database.url}?options=${encodeURIComponent(`-c role=${role}`)}` };
  };

  it('tells the counter, and nothing else to one who has applied everything', async () => {
    const counter = await database.counter();
    const log = await database.sql('SELECT change_id FROM lastgood.change_log ORDER BY version DESC LIMIT 1');
    expect(await feed.poll(counter.version)).toEqual({
      ...counter,
      trimmedTo: expect.any(Number),
      inRecovery: false,
      changeIdAtApplied: counter.changeId,
      changes: [],
      more: false,
    });
    expect(log).toEqual([{ change_id: counter.changeId }]);
  });

  it('tells what changed beyond the version applied, oldest first', async () => {
    const { version } = await database.counter();
    await database.sql(`UPDATE lastgood.context_reserves SET reserve_percent = 0.3`);
    await touch(0.5);
    const { changeId } = await database.counter();
    expect((await feed.poll(version)).changes).toEqual([
      { version: version + 1, changeId: expect.any(String), kind: 'changed', scope: 'reserves' },
      { version: version + 2, changeId, kind: 'changed', scope: 'phases' },
    ]);
  });

  it('tells all of the log to one who boots, and only what is left of it', async () => {
    await touch(0.1);
    await touch(0.2);
    const { version } = await database.counter();
    const all = await feed.poll(null);
    expect(new Set(versionsOf(all))).toEqual(new Set(Array.from({ length: version }, (_, at) => at + 1)));
    expect(all.changeIdAtApplied).toBeNull();
    // The counter says so first; the rows may stay a while.
    await database.sql(`UPDATE lastgood.change_counter SET trimmed_to = $1 - 1 WHERE stream = 'config'`, [
      version,
    ]);
    const rest = await feed.poll(null);
    expect(rest.trimmedTo).toBe(version - 1);
    expect(versionsOf(rest)).toEqual([version]);
    await database.sql('DELETE FROM lastgood.change_log WHERE version < $1', [version]);
    expect(versionsOf(await feed.poll(null))).toEqual([version]);
    expect((await feed.poll(version - 1)).changeIdAtApplied).toBeNull();
    expect((await feed.poll(version + 1)).changeIdAtApplied).toBeNull();
  });

  it('ends a reply only after a whole version, at 1,000 rows or just beyond', async () => {
    const { version } = await database.counter();
    await database.sql(changeCourses(999, 'p'));
    await database.sql(changeCourses(5, 'q'));
    await database.sql(changeCourses(1, 'r'));
    const first = await feed.poll(version);
    expect([first.changes.length, first.more, first.version]).toEqual([1_004, true, version + 3]);
    expect(Math.max(...versionsOf(first))).toBe(version + 2);
    const rest = await feed.poll(version + 2);
    expect([versionsOf(rest), rest.more]).toEqual([[version + 3], false]);
  });

  it('says that there is no more when the 1,000th row is the last one', async () => {
    const { version } = await database.counter();
    await database.sql(changeCourses(1_000, 's'));
    const reply = await feed.poll(version);
    expect([reply.changes.length, reply.more]).toEqual([1_000, false]);
    await database.sql(changeCourses(1, 't'));
    const next = await feed.poll(version);
    expect([next.changes.length, next.more]).toEqual([1_000, true]);
  });

  it('tells counter and log of one moment, whatever is written meanwhile (CO-4)', async () => {
    const { version: from } = await database.counter();
    const writers = await Promise.all([1, 2, 3].map(() => database.session()));
    const polled = new AbortController();
    const written = Promise.all(
      writers.map(async (writer, at) => {
        for (let n = 0; !polled.signal.aborted && n < 400; n++) {
          await writer.query(
            `UPDATE lastgood.phase_configs SET max_tokens = $1 WHERE phase = 'global_default'`,
            [at * 1_000 + n + 1],
          );
        }
      }),
    );
    for (let polls = 0; polls < 150; polls++) {
      const { version, changeId, changes, more } = await feed.poll(from);
      if (more || version === from) continue;
      expect(changes.map((change) => change.version)).toEqual(
        Array.from({ length: version - from }, (_, at) => from + at + 1),
      );
      expect(changes.at(-1)!.changeId).toBe(changeId);
    }
    polled.abort();
    await written;
  });

  it('waits for nobody who holds the counter', async () => {
    const { version } = await database.counter();
    const writer = await database.session();
    await writer.query('BEGIN');
    await writer.query('UPDATE lastgood.phase_configs SET temperature = 1 WHERE course_id IS NULL');
    expect((await feed.poll(version)).changes).toEqual([]);
    await writer.query('COMMIT');
    expect((await feed.poll(version)).version).toBe(version + 1);
  });

  describe('names the lineage (CO-10)', () => {
    it('by its row, the system it runs on and the timeline of that', async () => {
      const [row] = await database.sql<{ epoch: string; system: string; timeline: number }>(
        `SELECT c.epoch, s.system_identifier::text AS system, k.timeline_id AS timeline
         FROM lastgood.change_counter c, pg_control_system() s, pg_control_checkpoint() k WHERE c.stream = 'config'`,
      );
      const timeline = row!.timeline.toString(16).toUpperCase().padStart(8, '0');
      expect((await feed.poll(null)).epoch).toBe(`${row!.epoch}.${row!.system}.${timeline}`);
    });

    it('for a role that has no right to read those', async () => {
      const { role, url } = await limitedRole();
      const limited = new StatementPool({ url, timeoutMs: 1_000, maxConnections: 1 });
      const theirs = new PostgresChangeFeed('config', limited, listener);
      expect(await theirs.poll(null)).toEqual(await feed.poll(null));
      await limited.close();
      await database.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    });

    it('by its row and the timeline where nobody may read the system, and raises it all the same', async () => {
      const { role, url } = await limitedRole();
      await database.sql(`ALTER FUNCTION lastgood.server_lineage() OWNER TO ${role}`);
      const limited = new StatementPool({ url, timeoutMs: 1_000, maxConnections: 1 });
      const theirs = new PostgresChangeFeed('config', limited, listener);
      const { epoch } = await theirs.poll(null);
      expect(epoch).toMatch(/^[0-9a-f-]{36}\.[0-9A-F]{8}$/);
      await theirs.raiseEpoch(epoch);
      expect((await theirs.poll(null)).epoch).not.toBe(epoch);
      await limited.close();
      await database.sql(
        `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`,
      );
    });
  });

  it('raises an epoch once, for whoever still knows the one before (CO-10)', async () => {
    const { epoch, version, changeId } = await database.counter();
    await Promise.all(Array.from({ length: 4 }, () => feed.raiseEpoch(epoch)));
    const raised = await database.counter();
    expect(raised).toMatchObject({ version, changeId });
    expect(raised.epoch).not.toBe(epoch);
    await feed.raiseEpoch(epoch);
    expect((await database.counter()).epoch).toBe(raised.epoch);
    expect((await feed.poll(version)).epoch).toBe(raised.epoch);
  });

  it('says when a standby answers (CO-5)', async () => {
    await database.sql(`CREATE SCHEMA standby;
      CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
    const url = `${database.url}?options=${encodeURIComponent('-c search_path=standby,pg_catalog')}`;
    const standby = new StatementPool({ url, timeoutMs: 1_000, maxConnections: 1 });
    expect((await new PostgresChangeFeed('config', standby, listener).poll(null)).inRecovery).toBe(true);
    await standby.close();
  });

  it('rejects for a stream that the database does not have', async () => {
    const stranger = new PostgresChangeFeed('nothing', pool, listener);
    await expect(stranger.poll(null)).rejects.toThrow('no change counter for the stream "nothing"');
  });

  it('rejects within its deadline when the network swallows the poll', async () => {
    const { proxy, proxied } = await throughProxy(database.url);
    const lossy = new StatementPool({ url: proxied, timeoutMs: 200, maxConnections: 1 });
    const far = new PostgresChangeFeed('config', lossy, listener);
    await far.poll(null);
    await proxy.mode('black-hole');
    await expect(far.poll(null)).rejects.toThrow('Query read timeout');
    await proxy.mode('pass');
    expect((await far.poll(null)).inRecovery).toBe(false);
    await lossy.close();
    await proxy.close();
  });

  it('wakes when a change is committed, and neither before nor when it is rolled back', async () => {
    let wakes = 0;
    const stop = feed.subscribe(() => (wakes += 1));
    await pollUntil(() => wakes === 1, 'it is connected');
    const writer = await database.session();
    await writer.query('BEGIN');
    await writer.query('UPDATE lastgood.phase_configs SET temperature = 1 WHERE course_id IS NULL');
    await writer.query('ROLLBACK');
    await writer.query('BEGIN');
    await writer.query('UPDATE lastgood.phase_configs SET temperature = 1.5 WHERE course_id IS NULL');
    const { version } = await feed.poll(null);
    expect(wakes).toBe(1);
    await writer.query('COMMIT');
    await pollUntil(() => wakes === 2, 'the notification is heard');
    expect((await feed.poll(null)).version).toBe(version + 1);
    await stop();
  });
});
