import { ConfigDatabase, refusalOf } from '../../../test/support/config-database.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { DeadlineClient, destroySocket } from './deadline-client.js';

const endOf = (client: DeadlineClient) => new Promise<void>((resolve) => client.once('end', resolve));

describe('DeadlineClient', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let proxied: string;
  const connect = async (): Promise<DeadlineClient> => {
    const client = new DeadlineClient({ connectionString: proxied, query_timeout: 200 });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    database = await ConfigDatabase.bare();
  });
  beforeEach(async () => ({ proxy, proxied } = await throughProxy(database.url)));
  afterEach(() => proxy.close());
  afterAll(() => database.drop());

  it.each(['black-hole', 'half-open'] as const)(
    'fails a query that gets no answer in time, and hangs up (%s)',
    async (mode) => {
      const client = await connect();
      await proxy.mode(mode);
      const ended = endOf(client);
      await expect(client.query('SELECT 1')).rejects.toThrow('Query read timeout');
      await ended;
      await pollUntil(() => proxy.connections === 0, 'the socket is closed');
    },
  );

  it('does the same for a caller that gives a callback, as pools do', async () => {
    const client = await connect();
    await proxy.mode('black-hole');
    const ended = endOf(client);
    const told = await new Promise<Error>((resolve) => {
      client.query('SELECT 1', (error: Error) => resolve(error));
    });
    expect(told.message).toBe('Query read timeout');
    await ended;
  });

  it('keeps the connection when it is the database that refuses', async () => {
    const client = await connect();
    expect((await refusalOf(client.query('SELECT 1 / 0'))).code).toBe('22012');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('hangs up a session that can only read: it stays so when its database is writable again', async () => {
    const client = await connect();
    await client.query('SET default_transaction_read_only = on');
    const ended = endOf(client);
    expect((await refusalOf(client.query('CREATE TABLE t ()'))).code).toBe('25006');
    await ended;
  });

  it('does not end the process when its connection breaks and nobody listens', async () => {
    const client = await connect();
    await proxy.mode('reset');
    await endOf(client);
    await expect(client.query('SELECT 1')).rejects.toThrow('not queryable');
  });

  it('can be hung up on without a word, and fails what was running', async () => {
    const client = await connect();
    const running = client.query('SELECT pg_sleep(0.1)');
    destroySocket(client);
    await expect(running).rejects.toThrow('Connection terminated unexpectedly');
  });
});
