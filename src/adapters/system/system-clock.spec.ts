import * as fc from 'fast-check';
import { SystemClock } from './system-clock.js';

const hour = 3_600_000;

/** A machine whose two clocks do what they are told. The wall clock counts whole milliseconds, as Date.now() does. */
class Machine {
  wallMs = Date.UTC(2026, 0, 1);
  monotonicMs = 123.456;
  readonly clock = new SystemClock(
    () => Math.floor(this.wallMs),
    () => this.monotonicMs,
  );
  readonly start = this.clock.now();

  /** Milliseconds since the start, as the clock tells them. */
  get elapsed(): number {
    return this.clock.now() - this.start;
  }
  run(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }
  /** An operator, or NTP. */
  stepWall(ms: number): void {
    this.wallMs += ms;
  }
  /** A laptop lid, or a virtual machine: only the wall clock goes on. */
  suspend(ms: number): void {
    this.wallMs += ms;
  }
}

describe('SystemClock (CO-14)', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
  });

  it("starts at the wall clock's time and moves with it", () => {
    expect(machine.start).toBe(Date.UTC(2026, 0, 1));
    machine.run(1_500);
    expect(machine.elapsed).toBe(1_500);
    expect(machine.clock.sync()).toBeLessThan(1);
  });

  it.each([-hour, -1_000, -5])('never runs backwards, and loses no time, over a step of %p ms', (step) => {
    machine.run(10_000);
    expect(machine.elapsed).toBe(10_000);
    machine.stepWall(step);
    expect(machine.elapsed).toBeGreaterThanOrEqual(10_000);
    machine.run(10_000);
    expect(machine.elapsed).toBeGreaterThanOrEqual(20_000 - 1);
    expect(machine.elapsed).toBeLessThan(20_000 + 2);
  });

  it('makes nothing fresh by a step back that nobody read the clock during', () => {
    machine.run(60_000);
    machine.stepWall(-30_000);
    machine.clock.sync();
    expect(machine.elapsed).toBeGreaterThanOrEqual(60_000 - 1);
  });

  it('counts the time that a suspended machine slept through', () => {
    machine.suspend(8 * hour);
    expect(machine.elapsed).toBe(8 * hour);
    machine.clock.sync();
    machine.run(1_000);
    expect(machine.elapsed).toBe(8 * hour + 1_000);
  });

  it('makes nothing young again when a step forward is taken back', () => {
    machine.stepWall(hour);
    expect(machine.elapsed).toBe(hour);
    machine.clock.sync();
    machine.stepWall(-hour);
    expect(machine.elapsed).toBeGreaterThanOrEqual(hour);
    machine.run(1_000);
    expect(machine.elapsed).toBeGreaterThanOrEqual(hour + 1_000 - 1);
  });

  it.each([
    ['a step back', (on: Machine) => on.stepWall(-hour)],
    ['a step forward', (on: Machine) => on.stepWall(hour)],
    ['a suspended machine', (on: Machine) => on.suspend(hour)],
  ])('tells whoever asks of %s, by how much the clocks have disagreed in all (CO-14)', (_, happen) => {
    machine.run(700);
    happen(machine);
    machine.run(300);
    expect(Math.abs(machine.clock.sync() - hour)).toBeLessThan(1);
    machine.run(1_000);
    expect(Math.abs(machine.clock.sync() - hour)).toBeLessThan(2);
    happen(machine);
    expect(Math.abs(machine.clock.sync() - 2 * hour)).toBeLessThan(2);
  });

  it('tells of a step back too when a reader met it first', () => {
    machine.stepWall(-hour);
    machine.clock.now();
    machine.clock.now();
    expect(Math.abs(machine.clock.sync() - hour)).toBeLessThan(1);
  });

  it('does not let a step back and one forward cancel each other out', () => {
    machine.stepWall(-hour);
    machine.clock.now();
    machine.stepWall(hour);
    expect(machine.clock.sync()).toBeGreaterThan(hour);
  });

  it('makes good many small steps back, each of which no reader could see', () => {
    for (let n = 0; n < 100; n++) {
      machine.run(1_000);
      machine.stepWall(-100);
      machine.clock.sync();
    }
    expect(machine.elapsed).toBeGreaterThanOrEqual(100_000 - 2);
    expect(machine.elapsed).toBeLessThan(100_000 + 2);
  });

  it('does not drift, though one clock counts whole milliseconds and the other fractions', () => {
    const day = 24 * hour;
    for (let n = 0; n < day / 1_000; n++) {
      machine.run(800 + ((n * 7_919) % 4_001) / 10);
      machine.clock.sync();
    }
    const truly = machine.monotonicMs - 123.456;
    expect(truly).toBeGreaterThan(0.9 * day);
    expect(Math.abs(machine.elapsed - truly)).toBeLessThan(5);
  });

  it('never runs backwards and never behind real time, whatever happens to both clocks', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('run' as const), ms: fc.double({ min: 0, max: 5_000, noNaN: true }) }),
      fc.record({ kind: fc.constant('stepWall' as const), ms: fc.integer({ min: -hour, max: hour }) }),
      fc.record({ kind: fc.constant('suspend' as const), ms: fc.integer({ min: 0, max: hour }) }),
      fc.record({ kind: fc.constantFrom('sync' as const, 'now' as const), ms: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const on = new Machine();
        const began = on.monotonicMs;
        const seen = [on.clock.now()];
        for (const { kind, ms } of steps) {
          if (kind === 'now') seen.push(on.clock.now());
          else if (kind === 'sync') on.clock.sync();
          else on[kind](ms);
        }
        on.clock.sync();
        seen.push(on.clock.now());
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(on.elapsed).toBeGreaterThanOrEqual(on.monotonicMs - began - 3);
      }),
    );
  });

  it("tells people the wall clock's time, as it is", () => {
    machine.run(1_000);
    machine.stepWall(-hour);
    machine.clock.now();
    expect(machine.clock.wall()).toBe(Date.UTC(2026, 0, 1) + 1_000 - hour);
  });

  it('is the time of this machine, if nothing else is said', () => {
    const clock = new SystemClock();
    const before = Date.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(clock.wall() - before)).toBeLessThan(1_000);
    expect(clock.sync()).toBeLessThan(1_000);
  });

  describe('timers', () => {
    it('fire once', async () => {
      let fired = 0;
      await new Promise<void>((resolve) => {
        new SystemClock().after(1, () => {
          fired += 1;
          setTimeout(resolve, 5);
        });
      });
      expect(fired).toBe(1);
    });

    it('can be taken back before they fire, and harmlessly after', async () => {
      const clock = new SystemClock();
      let fired = false;
      const cancel = clock.after(1, () => (fired = true));
      cancel();
      await new Promise<void>((resolve) => clock.after(10, resolve));
      cancel();
      expect(fired).toBe(false);
    });

    it('do not keep the process alive', () => {
      const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
      const cancel = new SystemClock().after(60_000, () => undefined);
      expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before);
      cancel();
    });
  });
});
