import { pino } from 'pino';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { PinPruner } from './pin-pruner.js';

const hourMs = 3_600_000;

describe('pruning behind pins and releases (MC-22)', () => {
  const lines: { level: number; msg: string }[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });

  function prunerOf(prune: (atMost: number) => Promise<{ jobs: number; snapshots: number }>) {
    const clock = new VirtualClock();
    return { clock, pruner: new PinPruner({ prune }, clock, logger) };
  }

  it('happens once an hour at most, in bounded batches, and nobody waits for it', async () => {
    const runs: number[] = [];
    const { clock, pruner } = prunerOf((atMost) => {
      runs.push(atMost);
      return new Promise(() => undefined);
    });
    for (let at = 0; at < 10; at++) pruner.pruneBehind();
    await clock.advance(hourMs - 1);
    pruner.pruneBehind();
    expect(runs).toEqual([5_000]);
    await clock.advance(1);
    pruner.pruneBehind();
    expect(runs).toHaveLength(2);
  });

  it('is a warning when it fails, and tried again an hour later', async () => {
    let runs = 0;
    const { clock, pruner } = prunerOf(async () => {
      runs++;
      throw new Error('no database');
    });
    pruner.pruneBehind();
    await pollUntil(() => lines.length > 0, 'it is logged');
    expect(lines).toMatchObject([{ level: 40, msg: 'released jobs could not be pruned' }]);
    await clock.advance(hourMs);
    pruner.pruneBehind();
    expect(runs).toBe(2);
  });
});
