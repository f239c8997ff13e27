import { rmSync } from 'node:fs';
import { Client } from 'pg';
import type { ListedKey } from '../src/platform/security/index.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Each command starts a process, and the machine may be busy. */
const withinMs = 180_000;

describe('lastgood keys (OP-1, OP-8)', () => {
  let database: TestDatabase;
  let dataDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = tempFolder('keys');
  });
  afterAll(async () => {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const keys = async (...args: string[]) => {
    const command = ServerProcess.cli({ DATABASE_URL: database.url, DATA_DIR: dataDir }, 'keys', ...args);
    const code = await command.exit();
    return { code, stdout: command.stdout, stderr: command.stderr };
  };
  it(
    'makes, lists, rotates and revokes keys; each is printed once and only its prefix shown again',
    async () => {
      expect((await keys('list')).stdout).toBe('there is no key yet\n');
      const created = await keys('create', 'pipeline', '--role', 'client', '--expires-in', '90d');
      expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lg_\w{8}_[\w-]{43}\n$/) });
      const prefix = created.stdout.slice(3, 11);

      const rotated = await keys('rotate', prefix, '--overlap', '24h');
      expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lg_\w{8}_[\w-]{43}\n$/) });
      expect(rotated.stderr).toContain(`the old key ${prefix} works until 20`);
      const json = (await keys('list', '--json')).stdout;
      const [old, young] = JSON.parse(json) as ListedKey[];
      expect(old).toMatchObject({
        prefix,
        name: 'pipeline',
        role: 'client',
        state: 'active',
        lastUsedAt: null,
      });
      expect(young).toMatchObject({ name: 'pipeline', role: 'client', state: 'active' });
      const daysOf = ({ createdAt, expiresAt }: ListedKey) =>
        Math.round((Date.parse(expiresAt!) - Date.parse(createdAt)) / 86_400_000);
      expect([daysOf(old!), daysOf(young!)]).toEqual([1, 90]);

      expect(await keys('revoke', prefix)).toMatchObject({ code: 0, stdout: `revoked ${prefix}\n` });
      const table = await keys('list');
      const [head, first, second] = table.stdout.split('\n');
      expect(head).toMatch(/^prefix +name +role +created +expires +last used +state$/);
      expect(first).toMatch(new RegExp(`^${prefix} +pipeline +client .* - +revoked$`));
      expect(second).toMatch(/ active$/);
      for (const { stdout } of [created, rotated])
        expect(table.stdout + json).not.toContain(stdout.slice(12, 40));
    },
    withinMs,
  );

  it(
    'says what is wrong, and exits with 1',
    async () => {
      const [unknown, time, prefix] = await Promise.all([
        keys('revoke', 'nobodys1'),
        keys('create', 'x', '--role', 'client', '--expires-in', 'soon'),
        keys('rotate', 'lg_x', '--overlap', '1h'),
      ]);
      expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: 'There is no API key nobodys1\n' });
      expect(time).toMatchObject({ code: 1, stderr: expect.stringContaining('s, m, h or d') });
      expect(prefix).toMatchObject({ code: 1, stderr: expect.stringContaining('8 characters') });
    },
    withinMs,
  );

  it(
    'says that the key it showed is none, where the database then did not take it (OP-8)',
    async () => {
      await keys('list');
      const holder = new Client({ connectionString: database.url });
      await holder.connect();
      await holder.query('BEGIN; SELECT * FROM lastgood.change_counter FOR UPDATE');
      const refused = await keys('create', 'never', '--role', 'client');
      await holder.query('ROLLBACK');
      await holder.end();
      expect(refused).toMatchObject({ code: 3, stdout: expect.stringMatching(/^lg_/) });
      expect(refused.stderr).toMatch(/^the key above is none unless/m);
      expect(JSON.parse((await keys('list', '--json')).stdout)).not.toContainEqual(
        expect.objectContaining({ name: 'never' }),
      );
    },
    withinMs,
  );
});
