import { Reader, StaleWhileRevalidateCache, type ReadResult } from '../../core/index.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { freePolicy } from './swr.store.js';
import type { Repeatable } from './labelled.js';
import { WarmAnswers } from './warm-answers.js';

const label = { source: 'memory', reason: 'fresh', isStale: false, ageMs: 0, snapshotId: '1' } as const;
const answerOf = (madeFrom: unknown): Repeatable => ({
  meta: label,
  label,
  madeFrom,
  again: (read: ReadResult<unknown>) => answerOf(read.data),
  toJsonText: () => String(madeFrom),
});

describe('answers that are given again (MC-13, MC-22)', () => {
  const clock = new VirtualClock();
  const cache = new StaleWhileRevalidateCache<unknown>({ clock, policy: { ...freePolicy, maxAgeMs: 1_000 } });
  const origin = new FakeOrigin<unknown>('current');
  const reader = new Reader({ namespace: 'n', clock, report: () => undefined, cache, origin });
  const warm = new WarmAnswers(reader, 'k');

  it('are those of the value that the reader holds: what a job was pinned to neither stands nor displaces', async () => {
    await reader.get('k');
    warm.remember('/current', answerOf('current'));
    warm.remember('/current?jobId=j', answerOf('pinned'));
    expect(warm.find('/current?jobId=j')).toBeNull();
    expect(warm.find('/current')).toMatchObject({ madeFrom: 'current' });
  });
});
