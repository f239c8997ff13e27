import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { TcpFaultProxy } from './tcp-fault-proxy.js';

const mebibyte = 1024 * 1024;
const untouched = { hasEnded: false, hasClosed: false, error: 'none' };

async function until(isTrue: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > giveUpAt) throw new Error(`Never became true: ${isTrue.toString()}`);
    await pause(2);
  }
}

/** One end of a connection, with all that it has seen. */
class Peer {
  readonly chunks: Buffer[] = [];
  hasEnded = false;
  hasClosed = false;
  error = 'none';

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('end', () => (this.hasEnded = true));
    socket.on('close', () => (this.hasClosed = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? error.message));
  }

  get heard(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  async asks(text: string): Promise<string> {
    const before = this.heard.length;
    this.socket.write(text);
    await until(() => this.heard.length >= before + text.length);
    return this.heard.slice(before);
  }
}

describe('TcpFaultProxy', () => {
  let server: Server;
  let proxy: TcpFaultProxy;
  let guests: Peer[];
  let clients: Peer[];
  let answer: (socket: Socket, chunk: Buffer) => void;

  beforeEach(async () => {
    guests = [];
    clients = [];
    answer = (socket, chunk) => void socket.write(chunk);
    server = createServer((socket) => {
      guests.push(new Peer(socket));
      socket.on('data', (chunk: Buffer) => answer(socket, chunk));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The echo server has no port');
    proxy = await TcpFaultProxy.start({ targetPort: address.port });
  });

  afterEach(async () => {
    await proxy.close();
    for (const { socket } of [...clients, ...guests]) socket.destroy();
    server.close();
  });

  function dial(): Peer {
    const client = new Peer(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
    clients.push(client);
    return client;
  }

  async function dialAndTalk(): Promise<Peer> {
    const client = dial();
    expect(await client.asks('hello')).toBe('hello');
    return client;
  }

  /** What was sent before this has been through the proxy after it: no sleep is needed to see that nothing came. */
  async function someoneElseIsServed(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await dialAndTalk();
    }
  }

  it('passes both directions, and a half-close by either side, unchanged', async () => {
    const [first, second] = [await dialAndTalk(), await dialAndTalk()];
    first.socket.end(' and goodbye');
    guests[1]?.socket.end(' and goodbye');
    await until(() => first.hasEnded && second.hasEnded);
    answer = () => undefined;
    second.socket.end(' to you too');
    await until(() => guests[1]?.hasEnded === true);
    expect([first.heard, second.heard]).toEqual(['hello and goodbye', 'hello and goodbye']);
    expect(guests.map(({ heard }) => heard)).toEqual(['hello and goodbye', 'hello to you too']);
    expect(guests.map(({ error }) => error)).toEqual(['none', 'none']);
  });

  it('counts the connections that are open now and those ever accepted', async () => {
    const client = await dialAndTalk();
    await dialAndTalk();
    expect(proxy).toMatchObject({ connections: 2, accepted: 2 });
    client.socket.destroy();
    await until(() => proxy.connections === 1);
    expect(proxy.accepted).toBe(2);
  });

  it('reads no faster than a slow reader takes, and loses nothing on the way', async () => {
    const client = await dialAndTalk();
    client.socket.pause();
    answer = (socket, chunk) =>
      void socket.write(chunk.equals(Buffer.from('flood')) ? Buffer.alloc(64 * mebibyte, 'x') : chunk);
    client.socket.write('flood');
    await until(() => guests[0]?.heard === 'helloflood');
    for (let round = 0; round < 20; round += 1) {
      await someoneElseIsServed();
    }
    expect(guests[0]?.socket.writableLength).toBeGreaterThan(16 * mebibyte);
    client.socket.resume();
    await until(() => client.socket.bytesRead === 64 * mebibyte + 'hello'.length);
  });

  it('refuses by closing what is connected and the port, and listens on the same port when healed', async () => {
    const client = await dialAndTalk();
    const { port } = proxy;
    await proxy.mode('refuse');
    await until(() => client.hasEnded && guests[0]?.hasClosed === true);
    const refused = dial();
    await until(() => refused.hasClosed);
    expect(refused.error).toBe('ECONNREFUSED');
    await proxy.mode('pass');
    await dialAndTalk();
    expect(proxy.port).toBe(port);
  });

  it('leads new connections elsewhere when it is told to, and leaves the old ones where they are', async () => {
    const old = await dialAndTalk();
    const elsewhere = createServer((socket) => socket.on('data', () => void socket.write('other')));
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    proxy.retarget({ targetPort: (elsewhere.address() as AddressInfo).port });
    const born = dial();
    expect([await old.asks('still'), await born.asks('hello')]).toEqual(['still', 'other']);
    expect(guests).toHaveLength(1);
    elsewhere.close();
  });

  it('settles in the last mode asked for when nobody waits for the ones before', async () => {
    await Promise.all([proxy.mode('refuse'), proxy.mode('pass'), proxy.mode('refuse'), proxy.mode('pass')]);
    expect(await dial().asks('hello')).toBe('hello');
  });

  it('swallows everything in a black hole, and what was in it stays dead when new connections work', async () => {
    const old = await dialAndTalk();
    await proxy.mode('black-hole');
    const born = dial();
    await until(() => proxy.accepted === 2);
    guests[0]?.socket.write('are you there?');
    for (const { socket } of [old, born]) socket.write('is anybody?');
    await proxy.mode('pass');
    old.socket.write('and now?');
    await someoneElseIsServed();
    expect(guests).toHaveLength(1 + 3);
    expect([old.heard, born.heard, guests[0]?.heard]).toEqual(['hello', '', 'hello']);
    for (const peer of [old, born, guests[0]]) expect(peer).toMatchObject(untouched);
  });

  it('tells neither side of a black hole that the other left, and no longer counts a client that did', async () => {
    const leavers = [await dialAndTalk(), await dialAndTalk()];
    const stayers = [await dialAndTalk(), await dialAndTalk()];
    await proxy.mode('black-hole');
    leavers[0]?.socket.destroy();
    leavers[1]?.socket.resetAndDestroy();
    guests[2]?.socket.destroy();
    guests[3]?.socket.resetAndDestroy();
    await until(() => proxy.connections === stayers.length);
    await proxy.mode('reset');
    await proxy.mode('pass');
    await someoneElseIsServed();
    for (const peer of [...stayers, guests[0], guests[1]]) expect(peer).toMatchObject(untouched);
  });

  it('drops what was still on its way when the connection fell into a black hole', async () => {
    const client = await dialAndTalk();
    answer = () => undefined;
    await proxy.mode({ kind: 'slow', delayMs: 20 });
    client.socket.write(Buffer.alloc(64 * mebibyte));
    await until(() => guests[0]?.heard !== 'hello');
    await proxy.mode('black-hole');
    client.socket.destroy();
    await until(() => proxy.connections === 0);
    expect(guests[0]?.socket.bytesRead).toBeLessThan(64 * mebibyte);
    expect(guests[0]).toMatchObject(untouched);
  });

  it('half-open lets the client speak and loses every answer, for good', async () => {
    const old = await dialAndTalk();
    await proxy.mode('half-open');
    const born = dial();
    for (const { socket } of [old, born]) socket.write('speak!');
    await until(() => guests[0]?.heard === 'hellospeak!' && guests[1]?.heard === 'speak!');
    await proxy.mode('pass');
    old.socket.write(' louder!');
    await until(() => guests[0]?.heard === 'hellospeak! louder!');
    await someoneElseIsServed();
    expect([old.heard, born.heard]).toEqual(['hello', '']);
    guests[1]?.socket.end();
    old.socket.end();
    await until(() => guests[0]?.hasEnded === true);
    await someoneElseIsServed();
    expect([old.hasEnded, born.hasEnded]).toEqual([false, false]);
  });

  it('slows every chunk down by the time it was given, in both directions and in order', async () => {
    const client = await dialAndTalk();
    await proxy.mode({ kind: 'slow', delayMs: 40 });
    const start = performance.now();
    expect(await client.asks('one')).toBe('one');
    // Timers fire up to a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(78);
    client.socket.write('two');
    client.socket.end('three');
    await until(() => client.hasEnded);
    expect(client.heard).toBe('helloonetwothree');
  });

  it('resets what is connected and what comes', async () => {
    const old = await dialAndTalk();
    await proxy.mode('reset');
    const born = dial();
    await until(() => old.hasClosed && born.hasClosed && guests[0]?.hasClosed === true);
    expect([old.error, born.error, guests[0]?.error]).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    await proxy.mode('pass');
    await dialAndTalk();
    expect(guests).toHaveLength(2);
  });

  it('truncates a reply that is longer than allowed, and lets a shorter one pass', async () => {
    await proxy.mode({ kind: 'truncate', afterBytes: 5 });
    const client = await dialAndTalk();
    expect(await client.asks('short')).toBe('short');
    client.socket.write('too long');
    await until(() => client.hasEnded);
    expect(client.heard).toBe('helloshorttoo l');
    await until(() => guests[0]?.hasClosed === true);
  });

  it('corrupts one byte of each chunk from the server and none from the client', async () => {
    const client = await dialAndTalk();
    await proxy.mode('corrupt');
    const reply = await client.asks('intact');
    expect(guests[0]?.heard).toBe('hellointact');
    expect(reply).toHaveLength('intact'.length);
    expect(reply.split('').filter((letter, at) => letter !== 'intact'[at])).toHaveLength(1);
  });

  it('passes on a reset by either side as a reset', async () => {
    const [left, right] = [await dialAndTalk(), await dialAndTalk()];
    guests[0]?.socket.resetAndDestroy();
    right.socket.resetAndDestroy();
    await until(() => left.hasClosed && guests[1]?.hasClosed === true);
    expect([left.error, guests[1]?.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('resets the client, and lives on, when the server is not there', async () => {
    server.close();
    const client = dial();
    await until(() => client.hasClosed);
    expect(client.error).toBe('ECONNRESET');
    await until(() => proxy.connections === 0);
  });

  it('closes everything in the end, dead connections included, and takes no further mode', async () => {
    const client = await dialAndTalk();
    await proxy.mode('black-hole');
    await Promise.all([proxy.close(), proxy.close()]);
    await until(() => client.hasEnded && guests[0]?.hasClosed === true);
    expect(proxy.connections).toBe(0);
    await expect(proxy.mode('pass')).rejects.toThrow('closed');
  });
});
