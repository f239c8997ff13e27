import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { TooStaleError } from 'lastgood/core';
import { Chaos, ChaosOrigin, FakeOrigin, TcpFaultProxy, VirtualClock } from 'lastgood/testing';
import { readPrices } from '../src/prices.js';

test('prices are served stale, and say so, while their origin fails, for an hour and no longer', async () => {
  const clock = new VirtualClock();
  const chaos = new Chaos(clock);
  const prices = readPrices(new ChaosOrigin(new FakeOrigin(42), chaos), clock);
  assert.equal((await prices.get('a')).isStale, false);

  chaos.alwaysThrow();
  await clock.advance(121_000);
  const { data, isStale, reason, age } = await prices.get('a');
  assert.deepEqual({ data, isStale, age }, { data: 42, isStale: true, age: 121_000 });
  assert.match(reason, /^(origin-failed|backing-off)$/);

  await clock.advance(3_600_000);
  await assert.rejects(prices.get('a'), TooStaleError);

  chaos.alwaysPass();
  await clock.advance(60_000);
  assert.equal((await prices.get('a')).isStale, false);
});

test('a connection through the fault proxy breaks when it is told to', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy = await TcpFaultProxy.start({ targetPort: (server.address() as AddressInfo).port });
  const socket = connect(proxy.port, '127.0.0.1');
  t.after(async () => {
    socket.destroy();
    await proxy.close();
    server.close();
  });
  socket.write('a');
  assert.equal(String((await once(socket, 'data'))[0]), 'a');
  const broken = assert.rejects(once(socket, 'data'), { code: 'ECONNRESET' });
  await proxy.mode('reset');
  await broken;
});
