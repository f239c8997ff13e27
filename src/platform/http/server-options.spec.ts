import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { rawHttp } from '../../../test/support/raw-http.js';
import { securityHeaders } from './security-headers.js';
import { serverOptions } from './server-options.js';

/** What never becomes a request, over a real socket (OP-4). */
describe('the HTTP server, of what cannot be read (OP-4)', () => {
  let server: FastifyInstance;
  let url: string;

  beforeAll(async () => {
    const options = serverOptions(await securityHeaders(), () => pino({ level: 'silent' }));
    // As in production, but for the waiting.
    const http = { ...options.http, headersTimeout: 100, connectionsCheckingInterval: 20 };
    server = fastify({ ...options, requestTimeout: 200, http }) as unknown as FastifyInstance;
    server.get('/', (_, reply) => reply.send('ok'));
    server.post('/', (_, reply) => reply.send('ok'));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterAll(() => server.close());

  it.each([
    ['a line that is no request', 'hello\r\n\r\n', 400, 'bad-request'],
    ['a method that nobody knows', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'bad-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'bad-request',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad-request',
    ],
    [
      'headers past 16 KB',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`,
      431,
      'request-header-fields-too-large',
    ],
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: x\r\n', 408, 'request-timeout'],
    [
      'a body that never ends',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nab',
      408,
      'request-timeout',
    ],
  ])('%s is answered with a problem, and the connection ends', async (_, request, status, code) => {
    const answer = await rawHttp(url, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const problem: unknown = JSON.parse(answer.text);
    expect(problem).toEqual({
      type: 'about:blank',
      title: expect.stringMatching(/^[A-Z][a-z ]+$/),
      status,
      detail: expect.not.stringMatching(/HPE|Parse|node|Error/),
      code,
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('answers what stood before it on the connection first, and puts nothing in the middle of it', async () => {
    const { status, text } = await rawHttp(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n');
    expect(status).toBe(200);
    expect(text.startsWith('ok')).toBe(true);
  });

  it('waits for headers less than for a request, and keeps connections longer than balancers do', async () => {
    const { requestTimeout, http, keepAliveTimeout, connectionTimeout } = serverOptions(
      await securityHeaders(),
      () => pino({ level: 'silent' }),
    );
    expect(http.headersTimeout).toBeLessThan(requestTimeout);
    expect(keepAliveTimeout).toBeGreaterThan(60_000);
    expect(connectionTimeout).toBeGreaterThan(keepAliveTimeout);
  });
});
