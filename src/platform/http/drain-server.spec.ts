import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { pollUntil } from '../../../test/support/poll-until.js';
import { drainServer } from './drain-server.js';
import { OpenConnections } from './open-connections.js';

describe('draining a server (OP-4)', () => {
  let server: Server;
  let connections: OpenConnections;
  let agent: Agent;
  let waiting: ServerResponse[];

  const port = () => (server.address() as AddressInfo).port;
  const ask = async (path: string): Promise<IncomingMessage> => {
    const [answer] = (await once(
      request({ port: port(), host: '127.0.0.1', path, agent }).end(),
      'response',
    )) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer;
  };
  const drain = (withinMs: number) => drainServer(server, connections, withinMs);

  beforeEach(async () => {
    waiting = [];
    connections = new OpenConnections();
    server = createServer((asked, answer) =>
      asked.url === '/slow' ? waiting.push(answer) : answer.end('ok'),
    );
    connections.watch(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    agent = new Agent({ keepAlive: true });
  });

  afterEach(() => {
    agent.destroy();
    server.closeAllConnections();
  });

  it('waits for an answer that is under way, and closes its connection then', async () => {
    const slow = ask('/slow');
    await pollUntil(() => waiting.length === 1, 'the request is there');
    const draining = drain(10_000);
    waiting[0]!.end('late');
    expect((await slow).statusCode).toBe(200);
    expect(await draining).toMatchObject({ wasCut: false });
  });

  it('cuts off a request that does not end in its time, and reports it', async () => {
    const slow = ask('/slow').then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code,
    );
    await pollUntil(() => waiting.length === 1, 'the request is there');
    expect(await drain(100)).toMatchObject({ wasCut: true });
    expect(await slow).toBe('ECONNRESET');
  });

  it('waits for no connection that is kept alive between requests', async () => {
    await ask('/');
    expect(await drain(10_000)).toMatchObject({ wasCut: false });
  });

  it('waits no longer than a moment for a connection that was opened ahead and never used', async () => {
    const socket = connect(port(), '127.0.0.1');
    await once(socket, 'connect');
    const { tookMs, wasCut } = await drain(10_000);
    expect(wasCut).toBe(false);
    expect(tookMs).toBeLessThan(9_000);
  });

  it('has nothing to do where the port was never open', async () => {
    server.close();
    expect(await drain(10_000)).toEqual({ tookMs: 0, wasCut: false });
  });
});
