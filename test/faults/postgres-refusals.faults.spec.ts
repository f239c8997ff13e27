import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.js';
import { measured } from '../support/fault-report.js';
import { phaseRow } from '../support/fleet-node.js';
import { Fleet, sqlOn } from '../support/fleet.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';
import { tempFolder } from '../support/temp-folder.js';
import { createTestDatabase } from '../support/test-database.js';

const row = 'Postgres';
const role = 'lastgood_app';
const terminate = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'lastgood-%'`;

interface Refusal {
  readonly fault: string;
  readonly begin: () => Promise<void>;
  readonly heal: () => Promise<void>;
  /** The database can still be read. */
  readonly isReadable: boolean;
}

/** A Postgres that is there and refuses: on a server of its own, and as a role that is no superuser. */
describe('a Postgres that refuses', () => {
  let postgres: EmbeddedPostgres;
  let fleet: Fleet;
  let admin: string;
  let app: string;
  let value = 1_000;
  const holders: Client[] = [];

  const database = () => new URL(admin).pathname.slice(1);
  const asAdmin = (statement: string) => sqlOn(admin, statement);

  beforeAll(async () => {
    postgres = await EmbeddedPostgres.start({ dataDir: tempFolder('refusals'), fast: true });
    const url = new URL((await createTestDatabase(postgres.url)).url);
    url.searchParams.set('options', '-c default_transaction_read_only=off');
    admin = url.href;
    await asAdmin(`CREATE ROLE ${role} LOGIN PASSWORD 'right'`);
    await asAdmin(`ALTER DATABASE ${database()} OWNER TO ${role}`);
    url.search = '';
    url.username = role;
    url.password = 'right';
    app = url.href;
    fleet = await Fleet.start({ url: app });
  });

  afterAll(async () => {
    await fleet.dispose();
    await postgres.stop();
  });

  const refusals: Refusal[] = [
    {
      fault: 'read-only (ALTER DATABASE)',
      begin: async () => {
        await asAdmin(`ALTER DATABASE ${database()} SET default_transaction_read_only = on`);
        await asAdmin(terminate);
      },
      // Whoever connected meanwhile stays read-only until it connects anew.
      heal: async () => {
        await asAdmin(`ALTER DATABASE ${database()} RESET default_transaction_read_only`);
      },
      isReadable: true,
    },
    {
      fault: 'read-only (ALTER SYSTEM)',
      begin: async () => {
        await asAdmin('ALTER SYSTEM SET default_transaction_read_only = on');
        await asAdmin('SELECT pg_reload_conf()');
      },
      heal: async () => {
        await asAdmin('ALTER SYSTEM RESET default_transaction_read_only');
        await asAdmin('SELECT pg_reload_conf()');
      },
      isReadable: true,
    },
    {
      fault: 'wrong password',
      begin: async () => {
        await asAdmin(`ALTER ROLE ${role} PASSWORD 'wrong'`);
        await asAdmin(terminate);
      },
      heal: async () => {
        await asAdmin(`ALTER ROLE ${role} PASSWORD 'right'`);
      },
      isReadable: false,
    },
    {
      fault: 'too many connections',
      begin: async () => {
        await asAdmin(`ALTER ROLE ${role} CONNECTION LIMIT 2`);
        await asAdmin(terminate);
        for (let held = 0; held < 2; held++) {
          const holder = new Client({ connectionString: app });
          const connected = () => holder.connect().then(() => holders.push(holder));
          await connected().catch(() => asAdmin(terminate));
        }
      },
      heal: async () => {
        await asAdmin(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
        for (const holder of holders.splice(0)) await holder.end();
      },
      isReadable: false,
    },
  ];

  it.each(refusals)(
    '$fault: reads go on from the last good values, edits are 503 with nothing done, and it recovers (CA-11)',
    async ({ fault, begin, heal, isReadable }) => {
      await fleet.edit(++value, admin);
      await fleet.untilOnTruth(value);
      const version = await fleet.version(admin);
      const { settings, etag } = await fleet.node.row(phaseRow);
      const edit = () => fleet.node.put(phaseRow, { ...settings, maxTokens: value + 1 }, etag);
      const load = new ReadLoad(fleet.nodes, 10);
      try {
        await begin();
        if (!isReadable) {
          const isDegraded = async () => (await fleet.node.read()).headers.has('degraded');
          await pollUntil(isDegraded, 'answers say degraded', undefined, 5_000);
        }
        const began = Date.now();
        for (let at = 0; at < 10; at++) {
          const refused = await edit();
          expect(refused).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
          expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
          await pause(500);
        }
        expect(await fleet.version(admin)).toBe(version);
        const during = load.between(began);
        expect(new Set(during.map(({ body }) => body?.maxTokens))).toEqual(new Set([value]));
        expect(new Set(during.map(({ isDegraded }) => isDegraded))).toEqual(new Set([!isReadable]));

        const healed = Date.now();
        await heal();
        let last = await edit();
        const isDone = async () => {
          await pause(500);
          last = last.status === 200 ? last : await edit();
          return last.status === 200;
        };
        // Somebody who tries again and again, as an editor or a job does.
        const editing = pollUntil(isDone, 'an edit is done', undefined, 61_000);
        const recoveredMs = await editing.then(
          () => Date.now() - healed,
          () => Number.POSITIVE_INFINITY,
        );
        measured({ row, fault, what: 'edits recovered', value: recoveredMs, limit: 60_000 });
        expect(last).toMatchObject({ status: 200 });
        value += 1;
        await fleet.untilOnTruth(value);
        expect(load.failed).toEqual([]);
        expect(fleet.node.server.exitCode).toBeNull();
      } finally {
        await load.stop();
        await heal();
        await asAdmin(terminate);
      }
    },
  );
});
