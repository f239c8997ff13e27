import { Client } from 'pg';
import { migrationNames } from '../src/platform/database/migration-names.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

describe('a server that may not migrate, on a database that was not', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    server = new ServerProcess({
      DATABASE_URL: database.url,
      DATA_DIR: tempFolder('unmigrated'),
      MIGRATE_ON_START: 'false',
    });
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const schemas = async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'lastgood'`);
      return rows.length;
    } finally {
      await client.end();
    }
  };

  it('says how many migrations are missing, changes nothing, and ends, as it has nothing to serve (OP-8)', async () => {
    expect(await server.exit()).toBe(1);
    expect(server.output).toMatch(
      /its schema lacks \d+ migrations, and MIGRATE_ON_START is false: lastgood migrate run/,
    );
    expect(server.output).toContain('database unavailable and no cached data');
    expect(await schemas()).toBe(0);
  });

  it('is mended by `migrate run`, which tells programs what it applied, as `migrate revert` does (OP-8)', async () => {
    const migrate = async (verb: string) => {
      const command = ServerProcess.cli({ DATABASE_URL: database.url }, 'migrate', verb, '--json');
      expect(await command.exit()).toBe(0);
      return JSON.parse(command.stdout) as unknown;
    };
    const names = migrationNames();
    expect(await migrate('run')).toEqual({ applied: names });
    expect(await migrate('revert')).toEqual({ reverted: names.at(-1) });
    expect(await migrate('run')).toEqual({ applied: names.slice(-1) });
  });
});
