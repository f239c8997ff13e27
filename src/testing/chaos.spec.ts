import { Chaos } from './chaos.js';
import { ChaosChangeFeed } from './chaos-change-feed.js';
import { ChaosOrigin } from './chaos-origin.js';
import { FakeChangeFeed } from './fake-change-feed.js';
import { FakeOrigin } from './fake-origin.js';
import { VirtualClock } from './virtual-clock.js';

describe('Chaos', () => {
  let clock: VirtualClock;
  let chaos: Chaos;
  const byNow = (call: Promise<unknown>) =>
    Promise.race([call.catch((error: unknown) => error), clock.advance(0).then(() => 'waiting')]);
  const call = () => byNow(chaos.befall(async () => 'answer'));

  beforeEach(() => {
    clock = new VirtualClock();
    chaos = new Chaos(clock);
  });

  it('passes every call on until it is told otherwise, and again when told', async () => {
    expect(await call()).toBe('answer');
    chaos.alwaysThrow();
    expect(await call()).toEqual(new Error('chaos: thrown'));
    chaos.alwaysPass();
    expect(await call()).toBe('answer');
  });

  it('throws the error it is given', async () => {
    const error = new Error('refused');
    chaos.alwaysThrow(error);
    expect(await call()).toBe(error);
  });

  it('delays the call itself, not its answer', async () => {
    chaos.alwaysDelay(100);
    let called = false;
    const late = chaos.befall(async () => (called = true));
    await clock.advance(99);
    expect(called).toBe(false);
    await clock.advance(1);
    expect(await late).toBe(true);
  });

  it('carries the call out and brings its answer late', async () => {
    chaos.always({ kind: 'late', ms: 100 });
    let truth = 'then';
    const late = chaos.befall(async () => truth);
    truth = 'now';
    await clock.advance(99);
    expect(await byNow(late)).toBe('waiting');
    await clock.advance(1);
    expect(await late).toBe('then');
    const failing = chaos.befall(async () => Promise.reject(new Error('refused')));
    const told = failing.catch((error: unknown) => error);
    await clock.advance(100);
    expect(await told).toEqual(new Error('refused'));
  });

  it('hangs without an end and without a timer', async () => {
    chaos.alwaysHang();
    const hanging = chaos.befall(async () => 'answer');
    await clock.advance(1e9);
    expect(await byNow(hanging)).toBe('waiting');
    expect(clock.pending).toBe(0);
  });

  it('throws now and then, as the dice say', async () => {
    const dice = [0.1, 0.3, 0.2];
    chaos.sometimesThrow(0.25, () => dice.shift()!);
    expect([await call(), await call(), await call()]).toEqual([
      new Error('chaos: thrown'),
      'answer',
      new Error('chaos: thrown'),
    ]);
  });

  it('befalls an origin before the origin hears of it', async () => {
    const inner = new FakeOrigin('value');
    const origin = new ChaosOrigin(inner, chaos);
    const request = { signal: new AbortController().signal, endsAt: 1_000, held: undefined };
    expect(await origin.load('key', request)).toEqual({ value: 'value' });
    chaos.alwaysThrow();
    await expect(origin.load('key', request)).rejects.toThrow('chaos: thrown');
    expect(inner.requests).toEqual([{ key: 'key', request }]);
  });

  it('befalls a feed: polls and new epochs fail, wake-ups are lost, repeated or late', async () => {
    const inner = new FakeChangeFeed();
    const feed = new ChaosChangeFeed(inner, chaos);
    const wake = jest.fn();
    const unsubscribe = feed.subscribe(wake);
    inner.notify();
    feed.wakeTimes = 0;
    inner.notify();
    feed.wakeTimes = 2;
    inner.notify();
    expect(wake).toHaveBeenCalledTimes(3);
    feed.wakeLateMs = 50;
    inner.notify();
    await clock.advance(49);
    expect(wake).toHaveBeenCalledTimes(3);
    await clock.advance(1);
    expect(wake).toHaveBeenCalledTimes(5);
    await unsubscribe();
    inner.notify();
    await clock.advance(50);
    expect(wake).toHaveBeenCalledTimes(5);
    expect(await feed.poll(null)).toMatchObject({ epoch: 'e1', version: 0 });
    chaos.alwaysThrow();
    await expect(feed.poll(null)).rejects.toThrow('chaos: thrown');
    await expect(feed.raiseEpoch('e1')).rejects.toThrow('chaos: thrown');
    expect(inner.epoch).toBe('e1');
  });
});
