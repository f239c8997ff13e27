import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { FleetNode } from './support/fleet-node.js';
import { KeepAliveClient, type KeptAnswer } from './support/keep-alive-client.js';
import { pollUntil } from './support/poll-until.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const config = '/api/v1/config/phases/stage_4';
const clients = 16;

/** SIGTERM to the built process, under load on connections that are kept alive (OP-4). */
describe('the end of the server (OP-4)', () => {
  let beside: TestApp;
  let node: FleetNode;
  const started: FleetNode[] = [];
  let open: KeepAliveClient[];
  let answers: KeptAnswer[];
  let failures: string[];

  beforeAll(async () => {
    beside = await TestApp.start();
  });

  afterAll(() => beside.dispose());

  const start = async (env: Record<string, string> = {}) => {
    node = await FleetNode.start(beside.databaseUrl, beside.keys, env);
    started.push(node);
  };

  beforeEach(() => {
    open = [];
    answers = [];
    failures = [];
  });

  afterEach(async () => {
    for (const client of open) client.close();
    for (const each of started.splice(0)) {
      each.server.kill('SIGKILL');
      await each.server.exit();
      await each.dispose();
    }
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

  it('ends in good order with the shell that npm started it in, which passes no signal on', async () => {
    const env = { ...process.env, PORT: '0', DATABASE_URL: beside.databaseUrl, DATA_DIR: tempFolder('npm') };
    const main = join(__dirname, '..', 'dist', 'src', 'main.js');
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${main}"; true`], {
      env: { ...env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await pollUntil(
      () => output.includes('listening'),
      'it listens',
      () => output,
    );
    shell.kill('SIGTERM');
    // All who could write to it are gone.
    await once(shell.stdout, 'close');
    expect(output).toContain('every request was answered, going');
  });

  it('SIGINT waits for no balancer', async () => {
    await start({ SHUTDOWN_DELAY_MS: '60000' });
    await connect().ask(config);
    node.server.kill('SIGINT');
    expect(await node.server.exit()).toBe(0);
  });
});
