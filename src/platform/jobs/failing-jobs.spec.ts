import { pino } from 'pino';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { FailingJobs } from './failing-jobs.js';

describe('jobs that fail', () => {
  let clock: VirtualClock;
  let jobs: FailingJobs;
  let lines: Record<string, unknown>[];
  beforeEach(() => {
    clock = new VirtualClock();
    lines = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    jobs = new FailingJobs('numbers', clock, pino({ base: null }, { write }));
  });

  const told = () =>
    lines.map(({ level, job, failing, suppressed }) => ({ level, job, failing, suppressed }));
  const warning = (job: string, failing: number, suppressed: number) => ({
    level: 40,
    job,
    failing,
    suppressed,
  });
  const recovery = { level: 30, job: undefined, failing: undefined, suppressed: undefined };

  it('are warned of when it begins, and then once a minute for all of them together', async () => {
    for (let seconds = 0; seconds <= 120; seconds += 2) {
      for (const job of ['a', 'b']) jobs.failed(job, new Error('Redis is away'));
      await clock.advance(2_000);
    }
    expect(told()).toEqual([warning('a', 1, 0), warning('a', 2, 59), warning('a', 2, 59)]);
    expect(lines[0]).toMatchObject({ queue: 'numbers', error: 'Redis is away' });
  });

  it('are told of when the last of them is done, and warned of at once when it begins again', () => {
    jobs.failed('a', new Error('once'));
    jobs.failed('b', new Error('once'));
    jobs.done('a');
    jobs.done('c');
    expect(told()).toEqual([warning('a', 1, 0)]);
    jobs.done('b');
    jobs.failed('d', new Error('again'));
    expect(told()).toEqual([warning('a', 1, 0), recovery, warning('d', 1, 0)]);
  });

  it('are not warned of more often because others of their queue are done', () => {
    for (let tries = 0; tries < 5; tries++) {
      jobs.failed('poison', new Error('never works'));
      jobs.done(`good ${tries}`);
    }
    expect(told()).toEqual([warning('poison', 1, 0)]);
  });

  it('are remembered up to a limit', () => {
    for (let job = 0; job < 3_000; job++) jobs.failed(String(job), new Error('all fail'));
    jobs.done('0');
    expect(lines).toHaveLength(1);
    expect(Reflect.get(jobs, 'failing')).toHaveProperty('size', 1_000);
  });
});
