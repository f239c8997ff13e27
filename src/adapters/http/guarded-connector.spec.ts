import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type LookupFunction, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { guardedConnector, type Resolve } from './guarded-connector.js';
import type { SourceRequestError } from './source-request.error.js';

interface Dialled {
  readonly hostname: string;
  /** What the connection would go to, whatever is asked for. */
  readonly addresses: readonly string[] | null;
}

const wanted = { hostname: 'news.example', host: 'news.example', protocol: 'https:', port: '' };

/** A network in which every connection is to `remoteAddress`. */
function network(remoteAddress: string) {
  const dialled: Dialled[] = [];
  const sockets: { destroyed: boolean }[] = [];
  const build = ((options: { lookup?: LookupFunction }) =>
    (to: buildConnector.Options, done: buildConnector.Callback) => {
      let addresses: string[] | null = null;
      options.lookup?.(to.hostname, { all: true }, (_error, found) => {
        addresses = (found as { address: string }[]).map(({ address }) => address);
      });
      dialled.push({ hostname: to.hostname, addresses });
      const socket = { remoteAddress, destroyed: false, destroy: () => (socket.destroyed = true) };
      sockets.push(socket);
      done(null, socket as unknown as Socket);
    }) as unknown as typeof buildConnector;
  return { dialled, sockets, build };
}

const connectBy = (connector: buildConnector.connector, to = wanted) =>
  new Promise<unknown>((resolve) => connector(to, (...[error, socket]) => resolve(error ?? socket)));

const answers = (...inTurn: readonly (readonly string[])[]): Resolve & { calls: number } => {
  const resolve = Object.assign(async () => inTurn[Math.min(resolve.calls++, inTurn.length - 1)] ?? [], {
    calls: 0,
  });
  return resolve;
};

describe('a connection to a source (SI-5)', () => {
  it('goes to the addresses that were looked at, which are asked for once (SI-5)', async () => {
    const { build, dialled } = network('93.184.216.34');
    const resolve = answers(['93.184.216.34'], ['127.0.0.1']);
    const connector = guardedConnector({ resolve, allowed: new Set(), connectMs: 1_000, build });
    expect(await connectBy(connector)).toHaveProperty('remoteAddress', '93.184.216.34');
    expect([resolve.calls, dialled]).toEqual([
      1,
      [{ hostname: 'news.example', addresses: ['93.184.216.34'] }],
    ]);
  });

  it('is given up where the resolver never answers (SI-5)', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const connector = guardedConnector({ resolve, allowed: new Set(), connectMs: 1 });
    expect(await connectBy(connector)).toMatchObject({
      fault: 'timeout',
      message: 'No address of news.example in time',
    });
  });

  it('is refused when the name has a private address at the next connection (SI-5)', async () => {
    const { build, dialled } = network('93.184.216.34');
    const resolve = answers(['93.184.216.34'], ['127.0.0.1']);
    const connector = guardedConnector({ resolve, allowed: new Set(), connectMs: 1_000, build });
    await connectBy(connector);
    expect(await connectBy(connector)).toMatchObject({ fault: 'address' });
    expect(dialled).toHaveLength(1);
  });

  it('is refused when one of many addresses is private (SI-5)', async () => {
    const { build, dialled } = network('93.184.216.34');
    const resolve = answers(['93.184.216.34', '10.0.0.1']);
    const connector = guardedConnector({ resolve, allowed: new Set(), connectMs: 1_000, build });
    const error = (await connectBy(connector)) as SourceRequestError;
    expect([error.fault, error.message]).toEqual(['address', 'news.example is no public address (private)']);
    expect(dialled).toHaveLength(0);
  });

  it('is ended when it has come to a private address all the same (SI-5)', async () => {
    const { build, sockets } = network('127.0.0.1');
    const connector = guardedConnector({
      resolve: answers(['93.184.216.34']),
      allowed: new Set(),
      connectMs: 1_000,
      build,
    });
    expect(await connectBy(connector)).toMatchObject({ fault: 'address' });
    expect(sockets).toMatchObject([{ destroyed: true }]);
  });

  it('fails as the resolver does (SI-5)', async () => {
    const { build } = network('93.184.216.34');
    const resolve: Resolve = () =>
      Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    const connector = guardedConnector({ resolve, allowed: new Set(), connectMs: 1_000, build });
    expect(await connectBy(connector)).toMatchObject({ code: 'ENOTFOUND' });
  });

  it('fails where a name has no address at all (SI-5)', async () => {
    const connector = guardedConnector({ resolve: answers([]), allowed: new Set(), connectMs: 1_000 });
    expect(await connectBy(connector)).toMatchObject({ code: 'ENOTFOUND' });
  });

  it('resolves nothing for what is allowed, by host and port (SI-5)', async () => {
    const { build, dialled } = network('127.0.0.1');
    const resolve = answers(['127.0.0.1']);
    const allowed = new Set(['news.example:443', '[::1]:8080']);
    const connector = guardedConnector({ resolve, allowed, connectMs: 1_000, build });
    const six = { hostname: '::1', host: '[::1]:8080', protocol: 'http:', port: '8080' };
    await connectBy(connector);
    await connectBy(connector, six);
    expect([resolve.calls, dialled.map(({ addresses }) => addresses)]).toEqual([0, [null, null]]);
    expect(await connectBy(connector, { ...six, port: '8081' })).toMatchObject({ fault: 'address' });
  });

  it('is a real one, to one of the addresses, whatever the name says (SI-5)', async () => {
    const server = createServer((socket) => socket.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const lookups: boolean[] = [];
    const build = (({ lookup }: { lookup: LookupFunction }) =>
      (_to: unknown, done: buildConnector.Callback) => {
        for (const all of [true, false]) lookup('news.example', { all }, () => lookups.push(all));
        const socket = connect({ port, host: '127.0.0.1' }, () => done(null, socket));
      }) as unknown as typeof buildConnector;
    const connector = guardedConnector({
      resolve: answers(['93.184.216.34']),
      allowed: new Set(),
      connectMs: 1_000,
      build,
    });
    expect(await connectBy(connector)).toMatchObject({ fault: 'address' });
    expect(lookups).toEqual([true, false]);
    server.close();
  });
});
