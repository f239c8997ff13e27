import type { SignalType } from '../types/signal-type.js';
import { planFlush, type FlushQuestion } from './plan-flush.js';

const typeOf = (name: string, ...placeholders: string[]) =>
  ({
    name,
    namespace: `signals-${name}`,
    key: {
      text: `${name}:${placeholders.map((each) => `{${each}}`).join(':')}`,
      prefix: `${name}:`,
      placeholders,
    },
  }) as unknown as SignalType;

const odds = typeOf('odds', 'game_id', 'book', 'market');
const features = typeOf('features', 'cluster_id', 'date');
const news = typeOf('news', 'source', 'article_id');
const types = [odds, features, news];

const plan = (question: FlushQuestion, of: readonly SignalType[] = types) =>
  planFlush(of, question).map(({ type, what }) => [type.name, what]);

describe('what a flush purges (SI-2, SI-7)', () => {
  it('is all of a type', () => {
    expect(plan({ type: 'odds' }, [odds])).toEqual([['odds', {}]]);
  });

  it('is one game, and not the game whose name begins with its name', () => {
    expect(plan({ where: { game_id: 'g1' } })).toEqual([['odds', { prefix: 'odds:g1:' }]]);
  });

  it('is one source, one cluster, or one game at one book', () => {
    expect(plan({ where: { source: 'espn' } })).toEqual([['news', { prefix: 'news:espn:' }]]);
    expect(plan({ where: { cluster_id: 'c' } })).toEqual([['features', { prefix: 'features:c:' }]]);
    expect(plan({ type: 'odds', where: { book: 'dk', game_id: 'g1' } }, [odds])).toEqual([
      ['odds', { prefix: 'odds:g1:dk:' }],
    ]);
  });

  it('is one signal where every placeholder is told', () => {
    expect(plan({ where: { source: 'espn', article_id: 'a' } })).toEqual([['news', { key: 'news:espn:a' }]]);
  });

  it('is every type that has the placeholder', () => {
    const lines = typeOf('lines', 'game_id');
    expect(plan({ where: { game_id: 'g1' } }, [odds, lines])).toEqual([
      ['odds', { prefix: 'odds:g1:' }],
      ['lines', { key: 'lines:g1' }],
    ]);
  });

  it.each<[string, FlushQuestion, readonly SignalType[], RegExp]>([
    ['nothing is told', {}, types, /Say what to flush/],
    ['where is empty', { where: {} }, types, /Say what to flush/],
    ['no type has the placeholder', { where: { team: 'x' } }, types, /No type has a key with team/],
    [
      'it is not the first one',
      { where: { market: 'h2h' } },
      types,
      /Keys of odds are odds:{game_id}:{book}:{market}: .* got market/,
    ],
    ['the type does not have it', { type: 'odds', where: { source: 'x' } }, [odds], /got source/],
    [
      'there are too many',
      { type: 'news', where: { source: 'a', article_id: 'b', x: 'c' } },
      [news],
      /got source, article_id, x/,
    ],
    [
      'a value would be another key',
      { where: { game_id: 'g1:dk' } },
      types,
      /game_id: must be .* got "g1:dk"/,
    ],
    ['a value is empty', { where: { game_id: '' } }, types, /game_id: must be/],
  ])('is nothing where %s', (_, question, of, told) => {
    expect(() => planFlush(of, question)).toThrow(told);
  });
});
