import { VirtualClock } from '../../testing/virtual-clock.js';
import { HostGates } from './host-gates.js';

const never = new AbortController().signal;

describe('the requests of one host (SI-5)', () => {
  const clock = new VirtualClock();

  it('are two at once, and the others in their turn (SI-5)', async () => {
    const gates = new HostGates(clock, 2);
    const ends: (() => void)[] = [];
    const began: number[] = [];
    const run = (nth: number) =>
      gates.within('a:443', never, async () => {
        began.push(nth);
        await new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = Promise.all([1, 2, 3, 4].map(run));
    await clock.advance(0);
    expect(began).toEqual([1, 2]);
    ends[0]?.();
    await clock.advance(0);
    expect(began).toEqual([1, 2, 3]);
    ends[1]?.();
    ends[2]?.();
    await clock.advance(0);
    ends[3]?.();
    await all;
    expect([began, gates.size]).toEqual([[1, 2, 3, 4], 0]);
  });

  it('wait no longer than their signals (SI-5)', async () => {
    const gates = new HostGates(clock, 1);
    let end!: () => void;
    const first = gates.within('a:443', never, () => new Promise<void>((resolve) => (end = resolve)));
    const controller = new AbortController();
    const second = gates.within('a:443', controller.signal, async () => 'never');
    controller.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
    await expect(gates.within('a:443', controller.signal, async () => 'never')).rejects.toThrow('too late');
    end();
    await first;
    expect(await gates.within('a:443', never, async () => 'free')).toBe('free');
  });

  it('fail at once while it has asked to be left alone, those that waited too (SI-5)', async () => {
    const gates = new HostGates(clock, 1);
    let end!: () => void;
    const first = gates.within('a:443', never, async (gate) => {
      await new Promise<void>((resolve) => (end = resolve));
      gate.holdOff(30_000);
    });
    const second = gates.within('a:443', never, async () => 'never');
    const refusal = second.catch((error: unknown) => error);
    await clock.advance(0);
    end();
    await first;
    expect(await refusal).toMatchObject({ fault: 'held-off', retryAfterMs: 30_000 });
    await clock.advance(29_000);
    await expect(gates.within('a:443', never, async () => 'never')).rejects.toMatchObject({
      retryAfterMs: 1_000,
    });
    expect(await gates.within('b:443', never, async () => 'another')).toBe('another');
    await clock.advance(1_000);
    expect(await gates.within('a:443', never, async () => 'again')).toBe('again');
  });
});
