import { EventBus } from '../../../platform/observability/index.js';
import { ErasureWatch } from './erasure-watch.service.js';
import { personHash, personScope } from './person-scope.js';

describe('a process that hears of an erasure (NA-8)', () => {
  const erased: string[] = [];
  let flushes = 0;
  const bus = new EventBus();
  const watch = new ErasureWatch(
    { flush: async () => void flushes++ },
    { erase: (person) => void erased.push(person) },
    bus,
  );
  const hears = (...scopes: string[]) => {
    erased.length = 0;
    flushes = 0;
    bus.report({ type: 'purged', stream: 'cache', scopes });
  };

  it('gives up what is under way for the person, and writes what waits', () => {
    expect(watch).toBeDefined();
    hears('@narratives=narr:v1:1:0:a', personScope('ann'), personScope('bob'));
    expect(erased).toEqual([personHash('ann'), personHash('bob')]);
    expect(flushes).toBe(1);
  });

  it.each(['@narratives', '@narratives=narrative-user:ann', 'prompt-user:ann', 'narrative-user:ann'])(
    'does neither for what else is purged: %s',
    (scope) => {
      hears(scope);
      expect([erased, flushes]).toEqual([[], 0]);
    },
  );

  it('does neither for another stream', () => {
    hears();
    bus.report({ type: 'purged', stream: 'prompts', scopes: [personScope('ann')] });
    expect([erased, flushes]).toEqual([[], 0]);
  });
});
