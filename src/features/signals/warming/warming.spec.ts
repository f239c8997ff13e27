import { signalTypeOf } from '../../../../test/support/signal-type-of.js';
import { SignalMissingError } from '../reading/signal-missing.error.js';
import type { Game } from './game.js';
import { GamesInvalidError } from './games-invalid.error.js';
import { planWarming } from './plan-warming.js';
import { readGames } from './read-games.js';
import { SignalWarmer } from './signal-warmer.service.js';
import type { WarmCounts } from './warm-plan.js';

const lines = signalTypeOf(
  { key: 'lines:{game_id}:{book}:{market}', source: { http: 'https://o.example/{game_id}/{book}/{market}' } },
  'lines',
);
const news = signalTypeOf(
  {
    key: 'news:{feed}:{article}',
    source: { feeds: { wire: 'https://w.example/', sport: 'https://s.example/' } },
  },
  'news',
);
const empty = signalTypeOf({ key: 'rumours:{feed}:{article}', source: { feeds: {} } }, 'rumours');
const pushed = signalTypeOf({}, 'pushed');

describe('readGames', () => {
  it('reads what a placeholder or its plural is filled with (SI-8)', () => {
    const text = 'games:\n- { game_id: g1, books: [dk, fd], market: h2h }\n- { game_id: 7 }\n';
    expect(readGames(text)).toEqual([
      { game_id: 'g1', books: ['dk', 'fd'], market: 'h2h' },
      { game_id: '7' },
    ]);
    expect(readGames('{"games":[]}')).toEqual([]);
  });

  it('tells every fault with its path (SI-8)', () => {
    const text = 'games: [{ game_id: "a b", books: [dk, ".."] }, { "Game": x }, 3]\nmore: 1\n';
    const faults = (() => {
      try {
        readGames(text);
      } catch (error) {
        return (error as GamesInvalidError).faults;
      }
      return [];
    })();
    expect(faults.map(({ path }) => path).toSorted()).toEqual([
      'document',
      'games[0].books[1]',
      'games[0].game_id',
      'games[1].Game',
      'games[2]',
    ]);
  });

  it('takes YAML alone, and at most 10,000 games (SI-8)', () => {
    expect(() => readGames('games: [')).toThrow(GamesInvalidError);
    expect(() => readGames(JSON.stringify({ games: Array.from({ length: 10_001 }, () => ({})) }))).toThrow(
      'games: must be at most 10000 games',
    );
    const books = Array.from({ length: 101 }, (_, n) => `b${n}`);
    expect(() => readGames(JSON.stringify({ games: [{ books }] }))).toThrow('must have at most 100 parts');
  });
});

describe('planWarming', () => {
  it('fills each key from every game, in all combinations, each once (SI-8)', () => {
    const games: Game[] = [
      { game_id: 'g1', books: ['dk', 'fd'], markets: ['h2h', 'totals'] },
      { game_id: 'g1', book: 'dk', market: 'h2h' },
    ];
    expect(planWarming([lines], games)).toEqual({
      refs: ['g1:dk:h2h', 'g1:dk:totals', 'g1:fd:h2h', 'g1:fd:totals'].map((id) => ({ type: 'lines', id })),
      skipped: [],
    });
  });

  it('takes all feeds, leaves what is pushed, and says what a game does not tell (SI-8)', () => {
    expect(planWarming([pushed, news, empty, lines], [{ game_id: 'g1' }])).toEqual({
      refs: [
        { type: 'news', id: 'wire' },
        { type: 'news', id: 'sport' },
      ],
      skipped: [
        { type: 'pushed', why: 'it is pushed: there is nothing to load it from' },
        { type: 'rumours', why: 'it has no feeds yet' },
        { type: 'lines', why: 'some games tell no book, market' },
      ],
    });
  });

  it('has a limit (SI-8)', () => {
    const list = (name: string) => Array.from({ length: 100 }, (_, n) => `${name}${n}`);
    const games = Array.from({ length: 11 }, (_, n) => ({
      game_id: `g${n}`,
      books: list('b'),
      markets: list('m'),
    }));
    expect(() => planWarming([lines], games)).toThrow(RangeError);
  });

  it('is not kept busy by what is named again, or comes to nothing (SI-8)', () => {
    const key = 'deep:{a}:{b}:{c}:{d}:{e}:{f}';
    const url = 'https://o.example/{a}/{b}/{c}/{d}/{e}/{f}';
    const deep = signalTypeOf({ key, source: { http: url } }, 'deep');
    const many = Array.from({ length: 100 }, () => 'same');
    const game = { as: many, bs: many, cs: many, ds: many, es: many };
    expect(() => planWarming([deep], [{ ...game, f: 'x' }])).toThrow(RangeError);
    expect(planWarming([deep], [game])).toEqual({
      refs: [],
      skipped: [{ type: 'deep', why: 'some games tell no f' }],
    });
  });
});

describe('SignalWarmer', () => {
  function rig(load: (id: string) => Promise<unknown>) {
    const types = [lines, news];
    const get = (name: string) => ({ type: types.find((type) => type.name === name) });
    const namespaces = { get, all: () => types.map((type) => ({ type })) };
    const asked: string[] = [];
    const signals = {
      get: (_type: string, id: string) => (asked.push(id), load(id)),
      list: (_type: string, id: string) => (asked.push(`feed ${id}`), load(id)),
    };
    return { asked, warmer: new SignalWarmer(namespaces as never, signals as never) };
  }
  const refs = (...ids: string[]) => ids.map((id) => ({ type: 'lines', id }));

  it('loads signals and feeds, and tells of each as it is done with (SI-8)', async () => {
    const { warmer, asked } = rig(async (id) => {
      if (id === 'none') throw new SignalMissingError('lines', id);
      if (id === 'broken') throw new Error('no');
    });
    const told: [WarmCounts, string, unknown][] = [];
    const counts = await warmer.run([...refs('a', 'none', 'broken'), { type: 'news', id: 'wire' }], {
      concurrency: 1,
      signal: new AbortController().signal,
      tell: (sofar, { id }, error) => void told.push([sofar, id, error]),
    });
    expect(counts).toEqual({ total: 4, processed: 4, loaded: 2, missing: 1, failed: 1 });
    expect(asked).toEqual(['a', 'none', 'broken', 'feed wire']);
    expect(told.map(([{ processed }, id]) => [processed, id])).toEqual([
      [1, 'a'],
      [2, 'none'],
      [3, 'broken'],
      [4, 'wire'],
    ]);
    expect(told.map(([, , error]) => error)).toEqual([null, null, expect.any(Error), null]);
  });

  it('asks for so many at once, and for nothing more once nobody wants it (SI-8)', async () => {
    const stop = new AbortController();
    let running = 0;
    let most = 0;
    const { warmer, asked } = rig(async (id) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (id === 'c') stop.abort();
    });
    const counts = await warmer.run(refs('a', 'b', 'c', 'd', 'e', 'f'), {
      concurrency: 2,
      signal: stop.signal,
    });
    expect(most).toBe(2);
    expect(asked.length).toBeLessThan(6);
    expect(counts.processed).toBe(asked.length);
  });

  it('plans for all types that there are (SI-8)', () => {
    const { warmer } = rig(async () => undefined);
    expect(warmer.plan([]).refs).toEqual([
      { type: 'news', id: 'wire' },
      { type: 'news', id: 'sport' },
    ]);
  });
});
