import { DataSource, type EntityManager } from 'typeorm';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { writeTransaction } from './write-transaction.js';

describe('writeTransaction in a deadlock (CO-3)', () => {
  let database: ConfigDatabase;
  let source: DataSource;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  it('is tried again when Postgres ends it to break a deadlock; whoever waited for it goes through', async () => {
    const warm = (manager: EntityManager) =>
      manager.query(`UPDATE lastgood.phase_configs SET temperature = 1 WHERE context_tier = 'standard'`);
    const psql = await database.session();
    await psql.query(`SET deadlock_timeout = '60s'`);
    await psql.query('BEGIN');
    await psql.query(`SELECT 1 FROM lastgood.phase_configs WHERE context_tier = 'standard' FOR UPDATE`);
    const refusals: (string | undefined)[] = [];
    let writing: Promise<unknown> = Promise.resolve();
    await writeTransaction(source, async (manager) => {
      if (refusals.length > 0) return warm(manager);
      await manager.query(`SET LOCAL deadlock_timeout = '10ms'`);
      await manager.query('UPDATE lastgood.models SET family = upper(family)');
      writing = psql.query('UPDATE lastgood.context_reserves SET reserve_percent = 0.5; COMMIT');
      await pollUntil(async () => (await database.waiting()) === 1, 'psql waits for the counter');
      return warm(manager).catch((error: { code?: string }) => {
        refusals.push(error.code);
        throw error;
      });
    });
    await writing;
    expect(refusals).toEqual(['40P01']);
    const written = await database.sql(
      `SELECT temperature, reserve_percent FROM lastgood.phase_configs, lastgood.context_reserves
       WHERE context_tier = 'standard'`,
    );
    expect(written).toEqual([{ temperature: 1, reserve_percent: 0.5 }]);
  });
});
