import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CatalogUpstream, VirtualClock, type CatalogMisbehaviour } from '../../testing/index.js';
import { UpstreamClient } from './upstream-client.js';
import type { UpstreamClientOptions } from './upstream-client.options.js';
import type { UpstreamRequest } from './upstream-request.js';
import type { UpstreamRequestError } from './upstream-request.error.js';

const budgetMs = 2_000;
const clients: UpstreamClient[] = [];
let clock: VirtualClock;
let upstream: CatalogUpstream;

beforeEach(async () => {
  clock = new VirtualClock();
  upstream = await CatalogUpstream.start({ clock, apiKey: 'secret-key' });
  upstream.putBook({ id: '1', publisher_id: '1', title: 'Fog' });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await upstream.close();
});

function clientOf(options: Partial<UpstreamClientOptions> = {}): UpstreamClient {
  const client = new UpstreamClient({
    baseUrl: upstream.url,
    apiKey: 'secret-key',
    clock,
    random: () => 0,
    ...options,
  });
  clients.push(client);
  return client;
}

/** As a load asks: within its time, after which it is aborted. */
function get(client: UpstreamClient, changes: Partial<UpstreamRequest> = {}) {
  const end = new AbortController();
  const cancel = clock.after(budgetMs, () => end.abort(new Error('the time is over')));
  return client
    .get({
      path: '/books/1',
      accept: 'application/json',
      takes: (mediaType) => mediaType === 'application/json',
      maxBytes: 1_000,
      signal: end.signal,
      endsAt: clock.now() + budgetMs,
      ...changes,
    })
    .finally(cancel);
}

const faultOf = (work: Promise<unknown>): Promise<UpstreamRequestError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: UpstreamRequestError) => error,
  );

/** Settles work whose pauses are on the clock and whose requests are real: time moves on only in pauses. */
async function through<T>(work: Promise<T>, timers = 1): Promise<T> {
  const state = { isOver: false };
  const end = () => void (state.isOver = true);
  work.then(end, end);
  while (!state.isOver) {
    await turn();
    if (clock.pending > timers) await clock.advance(100);
  }
  return work;
}

/** A server that answers as it is told to, and its URL. */
async function serving(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('an upstream that is asked (CT-1)', () => {
  it('answers with a body of a type that is taken, for the key (CT-1)', async () => {
    expect(await get(clientOf())).toEqual({
      kind: 'body',
      mediaType: 'application/json',
      body: Buffer.from(JSON.stringify({ id: '1', publisher_id: '1', title: 'Fog' })),
    });
    expect(upstream.requests).toEqual([{ method: 'GET', path: '/books/1' }]);
  });

  it('says by 404 that there is nothing, which is no failure (CT-7)', async () => {
    for (let times = 0; times < 10; times++)
      expect(await get(clientOf({ retries: 0 }), { path: '/books/2' })).toEqual({ kind: 'absent' });
  });

  it.each<[string, CatalogMisbehaviour, string]>([
    ['401', 'unauthorized', 'The upstream refused the key (401)'],
    ['another status', { status: 418 }, 'The upstream answered 418'],
    ['a redirect, which is not followed', { status: 302 }, 'The upstream answered 302'],
    ['a page for people', 'html', `The upstream's answer is "text/html", which is not asked for`],
    ['JSON that calls itself a text', { body: '{}', contentType: 'text/plain' }, `"text/plain"`],
    ['a body of no type', { body: '{}', contentType: '' }, 'of no type'],
    ['more than is read', { body: 'x'.repeat(1_001) }, 'The answer exceeds 1000 bytes'],
    ['a server that is busy for a while', { status: 503, retryAfter: '7' }, 'The upstream answered 503'],
  ])('is asked once for an answer that would be the same again: %s (CT-1)', async (_, mode, message) => {
    upstream.behave(mode);
    const fault = await faultOf(get(clientOf()));
    expect(fault.message).toContain(message);
    expect(JSON.stringify([fault.message, fault.context])).not.toContain('secret-key');
    expect(upstream.count('/books/1')).toBe(1);
  });

  it.each<[string, CatalogMisbehaviour]>([
    ['network', 'reset'],
    ['network', 'truncated'],
    ['status', { status: 500 }],
    ['status', { status: 429 }],
  ])('is asked three times at most where it fails at once: %s by %j (CT-1)', async (fault, mode) => {
    upstream.behave(mode);
    expect(await faultOf(through(get(clientOf())))).toMatchObject({ fault });
    expect(upstream.count('/books/1')).toBe(3);
    expect(clock.now() - new VirtualClock().now()).toBe(300);
  });

  it('answers at a later attempt (CT-1)', async () => {
    upstream.behave('reset', { times: 1 });
    upstream.behave({ status: 502 }, { times: 1 });
    expect(await through(get(clientOf()))).toMatchObject({ kind: 'body' });
  });

  it('is not asked again when the time does not allow it (CT-1)', async () => {
    upstream.behave({ status: 500 });
    await faultOf(get(clientOf(), { endsAt: clock.now() + 100 }));
    expect(upstream.count('/books/1')).toBe(1);
  });

  it('is not waited for any longer than the caller has, and its connection is closed (CT-1, CT-7)', async () => {
    upstream.behave('hang');
    const work = faultOf(get(clientOf()));
    await upstream.received(1);
    await clock.advance(budgetMs);
    expect(await work).toMatchObject({
      fault: 'timeout',
      message: 'The upstream gave no answer within 2000 ms',
    });
    while (upstream.openConnections > 0) await turn();
    expect(upstream.abandoned).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('that stops in the middle of its answer is not waited for either (CT-7)', async () => {
    const state = { sockets: 0, begun: 0 };
    const { server, url } = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":', () => state.begun++);
    });
    server.on('connection', (socket) => {
      state.sockets++;
      socket.once('close', () => state.sockets--);
    });
    const work = faultOf(get(clientOf({ baseUrl: url })));
    while (state.begun === 0) await turn();
    await clock.advance(budgetMs);
    expect(await work).toMatchObject({ fault: 'timeout' });
    while (state.sockets > 0) await turn();
    expect(state.begun).toBe(1);
    server.close();
  });

  it('is asked over the same connections while it answers, and one is closed after what is not read (CT-1)', async () => {
    const client = clientOf({ retries: 0 });
    for (const path of Array.from({ length: 10 }, (_, at) => `/books/${at % 2}`)) await get(client, { path });
    // One may not be known to be free yet when the next request comes.
    expect(upstream.connections).toBeLessThanOrEqual(2);
    upstream.behave({ body: Buffer.alloc(5_000_000) }, { times: 1 });
    const open = upstream.openConnections;
    expect(await faultOf(get(client))).toMatchObject({ fault: 'invalid' });
    while (upstream.openConnections >= open) await turn();
    expect(await get(client)).toMatchObject({ kind: 'body' });
  });

  it('is left alone for as long as it asked for (CT-1)', async () => {
    upstream.behave({ status: 429, retryAfter: '30' }, { times: 1 });
    const client = clientOf();
    expect(await faultOf(get(client))).toMatchObject({ fault: 'status', retryAfterMs: 30_000 });
    await clock.advance(29_000);
    expect(await faultOf(get(client))).toMatchObject({ fault: 'not-tried', retryAfterMs: 1_000 });
    await clock.advance(1_000);
    expect(await get(client)).toMatchObject({ kind: 'body' });
    expect(upstream.count('/books/1')).toBe(2);
  });

  it('is read when it compresses, and not beyond what that may become (CT-1)', async () => {
    const zipped = gzipSync(JSON.stringify({ text: 'a'.repeat(500) }));
    const bomb = gzipSync('0'.repeat(100_000));
    const { server, url } = await serving(({ url: path }, response) => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-encoding': 'gzip',
      });
      response.end(path === '/bomb' ? bomb : zipped);
    });
    const client = clientOf({ baseUrl: url });
    const answer = await get(client, { path: '/ok' });
    expect(answer.kind === 'body' && answer.body.toString()).toContain('aaaa');
    expect(await faultOf(get(client, { path: '/bomb' }))).toMatchObject({ fault: 'invalid' });
    server.closeAllConnections();
    server.close();
  });
});

describe('an upstream that fails again and again (CT-1)', () => {
  const failing = async (client: UpstreamClient, times: number) => {
    for (let time = 0; time < times; time++) await faultOf(get(client, { path: `/books/${time % 3}` }));
  };

  it('is left alone after five attempts in a row, and callers know at once (CT-1)', async () => {
    upstream.behave({ status: 500 });
    const client = clientOf({ retries: 0 });
    await failing(client, 5);
    expect(client.isLeftAlone).toBe(true);
    expect(await faultOf(get(client))).toMatchObject({ fault: 'not-tried', retryAfterMs: 2_000 });
    expect(upstream.requests).toHaveLength(5);
  });

  it('is not left alone for what fails at one path or two, however often (CT-1)', async () => {
    upstream.behave({ status: 500 }, { path: '/books/666' });
    upstream.behave('reset', { path: '/books/666/config' });
    const client = clientOf({ retries: 0 });
    for (const path of Array.from({ length: 10 }, (_, time) => `/books/666${time % 2 ? '' : '/config'}`))
      expect(await faultOf(get(client, { path }))).not.toMatchObject({ fault: 'not-tried' });
    expect(await get(client)).toMatchObject({ kind: 'body' });
  });

  it('is not left alone for what answers (CT-1)', async () => {
    const client = clientOf({ retries: 0 });
    upstream.behave('unauthorized', { times: 6 });
    await failing(client, 6);
    upstream.behave('html', { times: 6 });
    await failing(client, 6);
    for (let round = 0; round < 3; round++) {
      upstream.behave({ status: 500 }, { times: 4 });
      await failing(client, 4);
      expect(await get(client)).toMatchObject({ kind: 'body' });
    }
  });

  it('is tried by one request at a time, after pauses of 2 s up to 30 s (CT-1)', async () => {
    upstream.behave({ status: 500 });
    const client = clientOf({ retries: 0 });
    await failing(client, 5);
    for (const pauseMs of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = upstream.requests.length;
      await clock.advance(pauseMs - 1);
      expect(await faultOf(get(client))).toMatchObject({ fault: 'not-tried' });
      await clock.advance(1);
      const faults = await Promise.all([faultOf(get(client)), faultOf(get(client)), faultOf(get(client))]);
      expect(faults.map(({ fault }) => fault)).toEqual(['status', 'not-tried', 'not-tried']);
      expect(upstream.requests).toHaveLength(before + 1);
    }
  });

  it('is asked as before once it has answered, which those are told who wait (CT-1)', async () => {
    upstream.behave('reset', { times: 5 });
    const client = clientOf({ retries: 0 });
    let recovered = 0;
    client.onRecovered(() => void recovered++);
    await failing(client, 5);
    await clock.advance(2_000);
    expect(await get(client)).toMatchObject({ kind: 'body' });
    expect(recovered).toBe(1);
    await Promise.all([get(client), get(client)]);
    expect(recovered).toBe(1);
  });

  it('is not held to have answered by a request that was given up at once (CT-1)', async () => {
    upstream.behave({ status: 500 }, { times: 5 });
    upstream.behave('hang', { times: 1 });
    const client = clientOf({ retries: 0 });
    await failing(client, 5);
    await clock.advance(2_000);
    const end = new AbortController();
    const given = faultOf(get(client, { signal: end.signal }));
    await upstream.received(6);
    end.abort(new Error('not needed'));
    expect(await given).toMatchObject({ message: 'not needed' });
    expect(await get(client)).toMatchObject({ kind: 'body' });
  });

  it('is left alone when it hangs, too (CT-7)', async () => {
    upstream.behave('hang');
    const client = clientOf();
    for (let count = 1; count <= 5; count++) {
      const work = faultOf(get(client, { path: `/books/${count % 3}` }));
      await upstream.received(count);
      await clock.advance(budgetMs);
      expect(await work).toMatchObject({ fault: 'timeout' });
    }
    expect(await faultOf(get(client))).toMatchObject({ fault: 'not-tried' });
  });
});
