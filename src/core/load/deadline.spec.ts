import { VirtualClock } from '../../testing/virtual-clock.js';
import { Deadline } from './deadline.js';

describe('the deadline of a load', () => {
  let clock: VirtualClock;
  let deadline: Deadline;

  beforeEach(() => {
    clock = new VirtualClock();
    deadline = new Deadline(clock, 'n', 100);
  });

  it('lets through what settles in time', async () => {
    expect(await deadline.limit(async () => 'done')).toBe('done');
    await expect(
      deadline.limit(async () => {
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
  });

  it('ends several pieces of work, at one moment', async () => {
    const works = [1, 2].map(() =>
      deadline.limit(() => new Promise(() => undefined)).catch((error) => error),
    );
    await clock.advance(100);
    expect(await Promise.all(works)).toMatchObject([{ code: 'load-timeout' }, { code: 'load-timeout' }]);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('does not begin what would begin after the end', async () => {
    await clock.advance(100);
    const work = jest.fn(async () => 'done');
    await expect(deadline.limit(work)).rejects.toMatchObject({ code: 'load-timeout' });
    expect(work).not.toHaveBeenCalled();
  });

  it('takes what throws at once for what rejects', async () => {
    const work = deadline.limit(() => {
      throw new Error('at once');
    });
    await expect(work).rejects.toThrow('at once');
  });

  // Jest fails a test in which a rejection goes unhandled.
  it('ends quietly where nobody is at work, and not at all once it is cancelled', async () => {
    const cancelled = new Deadline(clock, 'n', 50);
    cancelled.cancel();
    await clock.advance(100);
    expect([deadline.signal.aborted, cancelled.signal.aborted, clock.pending]).toEqual([true, false, 0]);
  });
});
