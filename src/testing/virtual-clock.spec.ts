import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  let clock: VirtualClock;
  let fired: string[];
  const at = (ms: number, name: string) => clock.after(ms, () => fired.push(`${name}@${clock.now()}`));

  beforeEach(() => {
    clock = new VirtualClock(0);
    fired = [];
  });

  it('stands still until it is told', async () => {
    at(0, 'a');
    expect([clock.now(), clock.wall(), clock.pending, fired]).toEqual([0, 0, 1, []]);
    await clock.advance(0);
    expect(fired).toEqual(['a@0']);
  });

  it('fires timers in order, each at its own moment, those at one moment as they were set', async () => {
    at(30, 'c');
    at(10, 'a');
    at(10, 'b');
    await clock.advance(29);
    expect(fired).toEqual(['a@10', 'b@10']);
    await clock.advance(1);
    expect(fired).toEqual(['a@10', 'b@10', 'c@30']);
    expect([clock.now(), clock.pending]).toEqual([30, 0]);
  });

  it('fires within one advance what a timer sets, and what promises set between timers', async () => {
    clock.after(10, () => void Promise.resolve().then(() => at(5, 'promised')));
    clock.after(10, () => at(0, 'at once'));
    await clock.advance(20);
    expect(fired).toEqual(['at once@10', 'promised@15']);
  });

  it('takes a negative wait for none', async () => {
    await clock.advance(10);
    at(-5, 'late');
    await clock.advance(0);
    expect(fired).toEqual(['late@10']);
  });

  it('does not fire what is cancelled, and lets it be cancelled again', async () => {
    const cancel = at(10, 'a');
    cancel();
    cancel();
    await clock.advance(20);
    expect([fired, clock.pending]).toEqual([[], 0]);
  });

  it('lets the wall clock be set without moving its own timeline, and tells whoever asks of it', () => {
    clock.stepWall(-3_600_000);
    expect([clock.now(), clock.wall()]).toEqual([0, -3_600_000]);
    expect([clock.sync(), clock.sync()]).toEqual([3_600_000, 3_600_000]);
  });
});
