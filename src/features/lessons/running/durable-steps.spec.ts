import { pino } from 'pino';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { DurableSteps } from './durable-steps.js';
import { LessonJournal } from './lesson-journal.js';
import type { KeptStep, LessonEnd, ToldEvent } from '../ordering/kept-lesson.js';
import { StopSignal } from './stop-signal.js';

const lease = { id: 'lesson', token: 'token', run: 1 };
const cancelled: LessonEnd = { status: 'cancelled' };

/** A database that is away, or refuses, as it is told; it keeps what it is given. */
class FakeStore {
  isHeld = true;
  problem: unknown = null;
  readonly steps: string[] = [];
  readonly events: number[] = [];
  ends = 0;
  asked = 0;

  async save(_: unknown, steps: readonly KeptStep[], events: readonly ToldEvent[]): Promise<boolean> {
    this.asked++;
    if (this.problem !== null) throw this.problem;
    if (!this.isHeld) return false;
    this.steps.push(...steps.map(({ key }) => key));
    this.events.push(...events.map(({ n }) => n));
    return true;
  }

  async end(): Promise<boolean> {
    if (this.problem !== null) throw this.problem;
    this.ends++;
    return this.isHeld;
  }
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('the steps of a lesson (LE-7)', () => {
  let store: FakeStore;
  let stop: StopSignal;
  let clock: VirtualClock;
  let journal: LessonJournal;
  let work: jest.Mock<Promise<string>, []>;

  const stepsOver = (kept: KeptStep[] = []) => new DurableSteps(kept, journal, stop);

  beforeEach(() => {
    store = new FakeStore();
    stop = new StopSignal(lease.id);
    clock = new VirtualClock();
    const policy = { saveAgainMs: 100, longestSaveAgainMs: 1_000 };
    journal = new LessonJournal({ lease, store, stop, policy, clock, logger: pino({ enabled: false }) });
    work = jest.fn(async () => 'text');
  });

  it('give what is kept, and work on nothing that is (LE-7)', async () => {
    expect(await stepsOver([{ key: 'plan', result: null }]).run('plan', work)).toBeNull();
    expect(work).not.toHaveBeenCalled();
    expect(store.asked).toBe(0);
  });

  it('are kept before they are given, and worked on once, however many ask at once (LE-7)', async () => {
    const steps = stepsOver();
    const both = await Promise.all([steps.run('plan', work), steps.run('plan', work)]);
    expect(both).toEqual(['text', 'text']);
    expect(await steps.run('plan', work)).toBe('text');
    expect(work).toHaveBeenCalledTimes(1);
    expect(store.steps).toEqual(['plan']);
  });

  it('are given as whoever goes on will be given them (LE-7)', async () => {
    const result = await stepsOver().run('plan', async () => ({ a: 1, b: undefined }));
    expect(Object.keys(result)).toEqual(['a']);
  });

  it('keep nothing of work that fails, which can be tried again (LE-7)', async () => {
    const steps = stepsOver();
    work.mockRejectedValueOnce(new Error('timeout'));
    await expect(steps.run('plan', work)).rejects.toThrow('timeout');
    expect(store.steps).toEqual([]);
    expect(await steps.run('plan', work)).toBe('text');
  });

  it('are not begun when the lesson is cancelled, suspended or lost; what is kept is still given (LE-7)', async () => {
    const steps = stepsOver([{ key: 'kept', result: 'text' }]);
    stop.suspend();
    await expect(steps.run('plan', work)).rejects.toMatchObject({ code: 'lesson-suspended' });
    expect(stop.signal.aborted).toBe(false);
    expect(await steps.run('kept', work)).toBe('text');
    stop.lose();
    await expect(steps.run('plan', work)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(stop.signal.reason).toMatchObject({ code: 'lease-lost' });
    expect(work).not.toHaveBeenCalled();
    const other = new StopSignal('other');
    other.cancel();
    other.suspend();
    expect(other.reason).toMatchObject({ code: 'lesson-cancelled' });
  });

  it('go on while the database is away, and are written in their order when it is back, with what was told (LE-7)', async () => {
    const steps = stepsOver();
    store.problem = new Error('connection terminated');
    const told = { type: 'section', done: 1, of: 2 } as const;
    journal.tell({ n: 0, event: told });
    for (const key of ['a', 'b', 'c']) {
      await steps.run(key, work);
      journal.tell({ n: store.events.length + 1, event: told });
    }
    expect([store.steps, store.asked]).toEqual([[], 1]);
    store.problem = null;
    await clock.advance(100);
    await journal.flush();
    expect(store.steps).toEqual(['a', 'b', 'c']);
    await steps.run('d', work);
    expect(store.steps).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are refused where another run has the lesson, and nothing more is asked of the database (LE-7)', async () => {
    store.isHeld = false;
    await expect(stepsOver().run('plan', work)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await journal.end(cancelled)).toBe(false);
    journal.tell({ n: 0, event: { type: 'section', done: 1, of: 1 } });
    await settled();
    expect([store.asked, store.ends]).toEqual([1, 0]);
  });

  it('fail where the database refuses their result for good, in place of asking for ever (LE-7)', async () => {
    store.problem = Object.assign(new Error('invalid input'), { code: '22P02' });
    await expect(stepsOver().run('plan', work)).rejects.toThrow('invalid input');
    expect([journal.isRefused, store.asked]).toEqual([true, 1]);
  });

  it('end with the last word, which is tried until it is written or the process ends (LE-7)', async () => {
    store.problem = new Error('connection refused');
    const ending = journal.end(cancelled);
    await settled();
    store.problem = null;
    await clock.advance(100);
    expect([await ending, store.ends]).toEqual([true, 1]);
    store.problem = new Error('connection refused');
    const second = journal.end(cancelled);
    await settled();
    journal.close();
    await clock.advance(100);
    expect(await second).toBe(false);
  });
});
