import type { Cleaned, OwnDisk } from '../../../platform/cache/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { SignalCleanup } from './signal-cleanup.service.js';

const minute = 60_000;
const hour = 60 * minute;
const cleaned: Cleaned = { expired: 3, evicted: 1, isComplete: true, ms: 12 };

/** A disk that tells when it was cleaned, and takes as long as it is told to. */
class Disk {
  usedBytes: number | null = 0;
  readonly maxBytes = 1_000;
  readonly cleanings: string[] = [];
  readonly allowedMs: number[] = [];
  takesMs = 0;
  answer = cleaned;

  constructor(private readonly clock: VirtualClock) {}

  async clean(withinMs: number): Promise<Cleaned> {
    this.cleanings.push(new Date(this.clock.wall()).toISOString());
    this.allowedMs.push(withinMs);
    await new Promise<void>((resolve) => this.clock.after(this.takesMs, resolve));
    return this.answer;
  }
}

describe('SignalCleanup (SI-7)', () => {
  let clock: VirtualClock;
  let disk: Disk;
  let logged: [level: string, message: string][];

  beforeEach(() => {
    clock = new VirtualClock();
    disk = new Disk(clock);
    logged = [];
  });

  const start = (schedule = '0 2 * * *', own: Disk | null = disk) => {
    const runtime = {
      cleanup: { schedule, maxMs: 30 * minute },
      alarms: { ttlViolations: 0.01, hitRatio: 0.8, diskUsed: 0.9 },
    };
    const logger = {
      info: (_: object, message: string) => void logged.push(['info', message]),
      warn: (_: object, message: string) => void logged.push(['warn', message]),
    };
    const cleanup = new SignalCleanup({ disk: own as OwnDisk | null }, runtime, clock, logger as never);
    cleanup.onApplicationBootstrap();
    return cleanup;
  };

  it('cleans by its schedule, in UTC, once each time, and no longer than it may', async () => {
    start();
    await clock.advance(50 * hour);
    expect(disk.cleanings).toEqual([
      '2026-01-01T02:00:00.000Z',
      '2026-01-02T02:00:00.000Z',
      '2026-01-03T02:00:00.000Z',
    ]);
    expect(new Set(disk.allowedMs)).toEqual(new Set([30 * minute]));
    expect(logged).toEqual(disk.cleanings.map(() => ['info', 'the disk of the signals was cleaned']));
  });

  it('warns where the time was over first: the next run goes on', async () => {
    disk.answer = { ...cleaned, isComplete: false };
    start();
    await clock.advance(2 * hour);
    expect(logged).toEqual([['warn', expect.stringContaining('goes on next time')]]);
  });

  it('cleans as soon as the disk is fuller than its threshold, once each time it gets there', async () => {
    start();
    disk.usedBytes = 901;
    await clock.advance(30 * minute);
    expect(disk.cleanings).toEqual(['2026-01-01T00:01:00.000Z']);
    disk.usedBytes = 900;
    await clock.advance(minute);
    disk.usedBytes = 950;
    await clock.advance(minute);
    expect(disk.cleanings).toHaveLength(2);
  });

  it('misses no run where the wall clock is set past it', async () => {
    start();
    await clock.advance(minute);
    clock.stepWall(3 * hour);
    await clock.advance(minute);
    expect(disk.cleanings).toHaveLength(1);
  });

  it('is one run for all who ask meanwhile', async () => {
    disk.takesMs = 10 * minute;
    const cleanup = start();
    const asked = [cleanup.run(), cleanup.run()];
    await clock.advance(10 * minute);
    expect(await Promise.all(asked)).toEqual([cleaned, cleaned]);
    expect(disk.cleanings).toHaveLength(1);
    void cleanup.run();
    expect(disk.cleanings).toHaveLength(2);
  });

  it('does nothing where there is no disk, and says so to who asks', async () => {
    const cleanup = start('0 2 * * *', null);
    expect(clock.pending).toBe(0);
    expect(await cleanup.run()).toBeNull();
  });

  it('looks at the disk also where the schedule has no more runs, and not at one that tells nothing', async () => {
    start('0 0 30 2 *');
    disk.usedBytes = null;
    await clock.advance(hour);
    expect(disk.cleanings).toEqual([]);
    disk.usedBytes = 999;
    await clock.advance(minute);
    expect(disk.cleanings).toHaveLength(1);
  });

  it('leaves no timer behind', () => {
    start().beforeApplicationShutdown();
    expect(clock.pending).toBe(0);
  });
});
