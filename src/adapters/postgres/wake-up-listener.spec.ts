import { ConfigDatabase } from '../../../test/support/config-database.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { WakeUpListener } from './wake-up-listener.js';

const timeoutMs = 300;

describe('WakeUpListener (CO-6)', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let listener: WakeUpListener;

  beforeAll(async () => {
    database = await ConfigDatabase.bare();
  });
  beforeEach(async () => {
    const through = await throughProxy(database.url);
    proxy = through.proxy;
    listener = new WakeUpListener({ url: through.proxied, timeoutMs });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await listener.close();
    await proxy.close();
    await pollUntil(async () => (await sessions()) === 0, 'the session is gone');
  });
  afterAll(() => database.drop());

  const sessions = async () =>
    (
      await database.sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lastgood-listen'`,
      )
    ).length;
  const notify = (channel: string) => database.sql('SELECT pg_notify($1, $2)', [channel, '1']);
  const terminate = () =>
    database.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'lastgood-listen'`,
    );
  /** Counts wake-ups, past the one that every connection brings. */
  async function listenTo(channel: string) {
    const heard = { times: 0, stop: async () => undefined as void };
    heard.stop = listener.listen(channel, () => (heard.times += 1));
    await pollUntil(() => heard.times === 1, 'it is connected');
    return heard;
  }

  it('wakes once when it has connected, since what was notified before is lost', async () => {
    const heard = await listenTo('one');
    await notify('other');
    await notify('one');
    await pollUntil(() => heard.times > 1, 'the notification is heard');
    expect(heard.times).toBe(2);
  });

  it('wakes those whose channel was notified, and nobody else', async () => {
    const one = await listenTo('one');
    const two = { times: 0 };
    listener.listen('two', () => (two.times += 1));
    await pollUntil(async () => {
      await notify('two');
      return two.times > 0;
    }, 'the second channel is heard');
    expect(one.times).toBe(1);
    await notify('one');
    await pollUntil(() => one.times === 2, 'the first channel is heard');
    expect(await sessions()).toBe(1);
  });

  it('wakes everyone who listens on one channel', async () => {
    const first = await listenTo('one');
    const second = { times: 0 };
    listener.listen('one', () => (second.times += 1));
    await notify('one');
    await pollUntil(() => second.times > 0, 'the second listener hears');
    expect(first.times).toBe(2);
  });

  it('connects again when its backend is terminated, wakes, and hears what comes after', async () => {
    const heard = await listenTo('one');
    await terminate();
    await pollUntil(() => heard.times === 2, 'it is connected again');
    await notify('one');
    await pollUntil(() => heard.times === 3, 'the notification is heard');
    expect(await sessions()).toBe(1);
  });

  it('connects as soon as there is a database to connect to, and goes on trying until then', async () => {
    await proxy.mode('reset');
    let times = 0;
    listener.listen('one', () => (times += 1));
    await pollUntil(() => proxy.accepted >= 2, 'it tries again');
    expect(times).toBe(0);
    await proxy.mode('pass');
    await pollUntil(() => times === 1, 'it is connected');
    await notify('one');
    await pollUntil(() => times === 2, 'the notification is heard');
  });

  it('finds out by its heartbeat that its connection is dead, and heals once the network has', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    let times = 0;
    listener.listen('one', () => (times += 1));
    await advanceUntil(() => times === 1);
    await proxy.mode('black-hole');
    await notify('one');
    await jest.advanceTimersByTimeAsync(10_000);
    await advanceUntil(() => proxy.accepted >= 2);
    expect(times).toBe(1);
    await proxy.mode('pass');
    await advanceUntil(() => times === 2);
    await notify('one');
    await pollUntil(() => times === 3, 'the notification is heard');
  });

  it('asks nothing more once everybody stopped, and leaves no session', async () => {
    const one = await listenTo('one');
    const two = { times: 0 };
    const stopTwo = listener.listen('two', () => (two.times += 1));
    await one.stop();
    await pollUntil(async () => {
      await notify('two');
      return two.times > 0;
    }, 'the second channel is heard');
    await notify('one');
    expect(one.times).toBe(1);
    await stopTwo();
    await pollUntil(async () => (await sessions()) === 0, 'the session is gone');
  });

  it('closes at once though the network swallows the farewell', async () => {
    await listenTo('one');
    await proxy.mode('black-hole');
    const from = performance.now();
    await listener.close();
    expect(performance.now() - from).toBeLessThan(timeoutMs);
    await pollUntil(() => proxy.connections === 0, 'the socket is closed');
  });

  it('closes at once in the middle of connecting', async () => {
    await proxy.mode('black-hole');
    listener.listen('one', () => undefined);
    await pollUntil(() => proxy.accepted === 1, 'it connects');
    const from = performance.now();
    await listener.close();
    expect(performance.now() - from).toBeLessThan(timeoutMs);
    await pollUntil(() => proxy.connections === 0, 'the socket is closed');
  });
});

/** Moves the faked timers on, slowly enough for what is really sent to arrive in between. */
async function advanceUntil(holds: () => boolean): Promise<void> {
  await pollUntil(async () => {
    await jest.advanceTimersByTimeAsync(10);
    return holds();
  }, holds.toString());
}
