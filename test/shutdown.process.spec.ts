import { FleetNode } from './support/fleet-node.js';
import { KeepAliveClient, type KeptAnswer } from './support/keep-alive-client.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const config = '/api/v1/config/phases/stage_4';
const clients = 16;

/** SIGTERM to the built process, under load on connections that are kept alive (OP-4). */
describe('the end of the server (OP-4)', () => {
  let beside: TestApp;
  let node: FleetNode;
  let open: KeepAliveClient[];
  let answers: KeptAnswer[];
  let failures: string[];

  beforeAll(async () => {
    beside = await TestApp.start();
  });

  afterAll(() => beside.dispose());

  const start = async (env: Record<string, string> = {}) => {
    node = await FleetNode.start(beside.databaseUrl, beside.keys, env);
  };

  beforeEach(() => {
    open = [];
    answers = [];
    failures = [];
  });

  afterEach(async () => {
    for (const client of open) client.close();
    node.server.kill('SIGKILL');
    await node.server.exit();
    await node.dispose();
  });

  const connect = () => {
    const client = new KeepAliveClient(node.url, { authorization: `Bearer ${node.keys.client}` });
    open.push(client);
    return client;
  };
  /** Asks on one connection, again and again, for as long as this holds. */
  const keepAsking = async (goesOn: (last: KeptAnswer | undefined) => boolean): Promise<void> => {
    const client = connect();
    let last: KeptAnswer | undefined;
    while (goesOn(last)) {
      try {
        last = await client.ask(config);
        answers.push(last);
        if (last.status !== 200) failures.push(`status ${last.status}`);
      } catch (error) {
        failures.push(String((error as NodeJS.ErrnoException).code));
        return;
      }
    }
  };
  const crowd = (goesOn: (last: KeptAnswer | undefined) => boolean) =>
    Promise.all(Array.from({ length: clients }, () => keepAsking(goesOn)));
  const enough = (count: number) =>
    pollUntil(
      () => answers.length >= count,
      `${count} answers`,
      () => failures.join(),
    );
  const untilNotReady = async () => {
    const probe = connect();
    await pollUntil(async () => (await probe.ask('/health/ready')).status === 503, 'it is not ready');
  };

  it('SIGTERM under load fails no request of a balancer that watches /health/ready', async () => {
    await start();
    let isReady = true;
    const load = crowd(() => isReady);
    await enough(500);
    node.server.kill('SIGTERM');
    await untilNotReady();
    isReady = false;
    await load;
    expect([failures, await node.server.exit()]).toEqual([[], 0]);
  });

  it('SIGTERM under load fails no request of clients that go on until they are told to close', async () => {
    await start();
    const load = crowd((last) => last?.headers.connection !== 'close');
    await enough(500);
    node.server.kill('SIGTERM');
    await load;
    expect([failures, await node.server.exit()]).toEqual([[], 0]);
    expect(answers.filter(({ headers }) => headers.connection === 'close')).toHaveLength(clients);
  });

  it('says that it is going at once, answers on all the while, and ends at once on a second signal', async () => {
    await start({ SHUTDOWN_DELAY_MS: '60000' });
    node.server.kill('SIGTERM');
    await untilNotReady();
    for (let i = 0; i < 20; i++) expect((await node.ask(config)).status).toBe(200);
    expect((await node.ask('/health/live')).status).toBe(200);
    node.server.kill('SIGTERM');
    expect(await node.server.exit()).toBe(1);
  });

  it('SIGINT waits for no balancer', async () => {
    await start({ SHUTDOWN_DELAY_MS: '60000' });
    await connect().ask(config);
    node.server.kill('SIGINT');
    expect(await node.server.exit()).toBe(0);
  });
});
