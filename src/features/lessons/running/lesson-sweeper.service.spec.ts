import { pino } from 'pino';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { LessonSweeper } from './lesson-sweeper.service.js';
import { lessonPolicy } from '../lessons.policy.js';

/** A lease is renewed so late after an outage: a renewal that hangs, and the wait for the next one. */
const renewedWithinMs = 4_000 + lessonPolicy.renewEveryMs;

describe('the sweep of lessons (LE-7)', () => {
  let clock: VirtualClock;
  let isAway: boolean;
  let takenAt: number[];
  let sweeper: LessonSweeper;

  beforeEach(() => {
    clock = new VirtualClock();
    isAway = false;
    takenAt = [];
    const answer = <T>(value: T): Promise<T> =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(value);
    const store = {
      queueForsaken: () => {
        if (!isAway) takenAt.push(clock.now());
        return answer<string[]>([]);
      },
    };
    const pins = { releaseEnded: () => answer(undefined) };
    sweeper = new LessonSweeper(store, pins, lessonPolicy, clock, pino({ level: 'silent' }));
    sweeper.onApplicationBootstrap();
  });
  afterEach(() => sweeper.beforeApplicationShutdown());

  it.each(Array.from({ length: 20 }, (_, n) => n * 331))(
    'takes none after an outage before whoever lives has renewed its lease, %d ms later (LE-7)',
    async (laterMs) => {
      await clock.advance(30_000);
      expect(takenAt).not.toEqual([]);
      isAway = true;
      await clock.advance(20_000 + laterMs);
      isAway = false;
      const backAt = clock.now();
      takenAt = [];
      await clock.advance(30_000);
      expect(takenAt[0]! - backAt).toBeGreaterThan(renewedWithinMs);
    },
  );
});
