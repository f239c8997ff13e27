import { pino } from 'pino';
import { pollUntil } from '../../../test/support/poll-until.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { parseConfig } from '../config/index.js';
import { LogTrimmer } from './log-trimmer.js';

const hourMs = 3_600_000;

describe('trimming the change log (CO-8)', () => {
  const lines: { level: number; msg: string; stream?: string; rows?: number }[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let clock: VirtualClock;

  /** A database with one stream that has so many batches to be trimmed, each time. */
  function trimmerOf(batches: readonly number[], query = async () => [{ stream: 'catalog' }]) {
    const database = { query, write: async () => left.shift() ?? 0 };
    const left = [...batches];
    return {
      left,
      trimmer: new LogTrimmer(database as never, { all: () => [] }, parseConfig({}), clock, logger),
    };
  }

  beforeEach(() => {
    clock = new VirtualClock();
    lines.length = 0;
  });

  it('begins some minutes after the start, goes on until nothing is left, and comes again every hour', async () => {
    const { left, trimmer } = trimmerOf([2_000, 2_000, 70]);
    trimmer.onApplicationBootstrap();
    await clock.advance(299_999);
    expect(left).toHaveLength(3);
    await clock.advance(300_001);
    expect(lines).toMatchObject([{ level: 30, stream: 'catalog', rows: 4_070 }]);
    left.push(5);
    await clock.advance(hourMs - 300_001);
    expect(lines).toHaveLength(1);
    await clock.advance(300_001);
    expect(lines.slice(1)).toMatchObject([{ rows: 5 }]);
  });

  it('is a warning when it fails, and tried again an hour later', async () => {
    let asked = 0;
    const { trimmer } = trimmerOf([], async () => {
      asked++;
      throw new Error('no database');
    });
    trimmer.onApplicationBootstrap();
    await clock.advance(600_000);
    expect(lines).toMatchObject([{ level: 40, msg: 'the change log could not be trimmed' }]);
    await clock.advance(hourMs);
    expect(asked).toBe(2);
  });

  it('ends with the process: no batch begins any more, and no timer is left', async () => {
    const { left, trimmer } = trimmerOf([1, 1, 1]);
    trimmer.onApplicationBootstrap();
    const trimming = trimmer.trim();
    await trimmer.beforeApplicationShutdown();
    await trimming;
    expect(left.length).toBeGreaterThan(0);
    await pollUntil(() => clock.pending === 0, 'no timer is left');
  });
});
