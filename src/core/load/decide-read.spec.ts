import * as fc from 'fast-check';
import type { Band } from '../policy/band.js';
import { decideRead, type ReadFacts } from './decide-read.js';

const helds: (Band | 'nothing')[] = ['fresh', 'revalidate', 'if-error', 'expired', 'nothing'];
const budgets = [-1, 0, 1];

/**
 * The band table and the corner table of DESIGN §1, written down answer by answer: what a reader gets, and whether
 * the origin is asked. Columns: asked at once with budget > 0 | with none left | while backing off.
 */
const expected: Record<Band | 'nothing', [string, string, string]> = {
  fresh: ['held', 'held', 'held'],
  revalidate: ['held+load', 'held+load', 'held'],
  'if-error': ['race+load', 'held+load', 'held'],
  expired: ['loaded+load', 'loaded+load', 'error'],
  nothing: ['loaded+load', 'loaded+load', 'error'],
};

const all: ReadFacts[] = helds.flatMap((held) =>
  [false, true].flatMap((backingOff) => budgets.map((softBudgetMs) => ({ held, backingOff, softBudgetMs }))),
);

const facts = fc.record({
  held: fc.constantFrom(...helds),
  backingOff: fc.boolean(),
  softBudgetMs: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
});

const said = (given: ReadFacts) => {
  const { serve, load } = decideRead(given);
  return load ? `${serve}+load` : serve;
};

describe('decideRead', () => {
  it.each(all)(
    'held $held, backing off $backingOff, budget $softBudgetMs: as the band table says',
    (given) => {
      const column = given.backingOff ? 2 : given.softBudgetMs > 0 ? 0 : 1;
      expect(said(given)).toBe(expected[given.held][column]);
    },
  );

  it('never waits and never loads while backing off', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { serve, load } = decideRead({ ...given, backingOff: true });
        expect(['held', 'error']).toContain(serve);
        expect(load).toBe(false);
      }),
    );
  });

  it('never asks the origin for what is fresh', () => {
    fc.assert(fc.property(facts, (given) => expect(said({ ...given, held: 'fresh' })).toBe('held')));
  });

  it('never serves what is expired, be it while racing', () => {
    fc.assert(
      fc.property(facts, (given) =>
        expect(['loaded', 'error']).toContain(decideRead({ ...given, held: 'expired' }).serve),
      ),
    );
  });

  it('errs only where nothing held may be served', () => {
    const servable = fc.constantFrom<Band>('fresh', 'revalidate', 'if-error');
    fc.assert(
      fc.property(facts, servable, (given, held) =>
        expect(decideRead({ ...given, held }).serve).not.toBe('error'),
      ),
    );
  });

  it('never waits without a limit while something held may be served', () => {
    const servable = fc.constantFrom<Band>('fresh', 'revalidate', 'if-error');
    fc.assert(
      fc.property(facts, servable, (given, held) => {
        const { serve } = decideRead({ ...given, held });
        expect(serve === 'held' || (serve === 'race' && given.softBudgetMs > 0)).toBe(true);
      }),
    );
  });
});
