import { aPhase, aSnapshot } from '../../../../test/support/config-rows.js';
import { ConfigNotFoundError } from './config-not-found.error.js';
import { ConfigQueryError } from './config-query.error.js';
import type { PhaseQuery } from './phase-query.js';
import { PhaseResolver, tierFor } from './phase-resolver.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

const standard = aPhase('stage_4', { maxContextTokens: 1_000 });
const extended = aPhase('stage_4', { contextTier: 'extended', maxContextTokens: 9_000 });
const resolverOf = (config: Partial<ProposedConfig>) =>
  new PhaseResolver(aSnapshot({ reserves: [{ language: 'any', reservePercent: 0.2 }], ...config }));
const both = resolverOf({ phases: [standard, extended] });
const tierOf = (resolver: PhaseResolver, query: PhaseQuery) =>
  resolver.resolve('stage_4', query).row.contextTier;

describe('PhaseResolver (MC-8)', () => {
  describe('the tier', () => {
    it.each<[number | undefined, string]>([
      [undefined, 'standard'],
      [0, 'standard'],
      [799, 'standard'],
      [800, 'standard'],
      [800.5, 'extended'],
      [801, 'extended'],
      [Infinity, 'extended'],
    ])('of a prompt of %p tokens, the threshold being 800, is %s', (tokenCount, tier) => {
      expect(tierOf(both, tokenCount === undefined ? {} : { tokenCount })).toBe(tier);
      expect(both.choice('stage_4', {}).dynamicThreshold).toBe(800);
    });

    it.each([
      [700, 0.3, 490],
      [100, 0.8, 20],
      [100, 0.9, 10],
      [131_072, 0.15, 111_411.2],
      [1_000, 0, 1_000],
    ])(
      'turns exactly at the threshold, whatever the arithmetic: %p less %p',
      (maxContextTokens, reservePercent, threshold) => {
        const resolver = resolverOf({
          phases: [{ ...standard, maxContextTokens }, extended],
          reserves: [{ language: 'any', reservePercent }],
        });
        expect(resolver.choice('stage_4', {}).dynamicThreshold).toBe(threshold);
        expect(tierOf(resolver, { tokenCount: threshold })).toBe('standard');
        expect(tierOf(resolver, { tokenCount: Math.floor(threshold) + 1 })).toBe('extended');
      },
    );

    it.each([NaN, -1, -0.001, -Infinity])('cannot be asked for %p tokens', (tokenCount) => {
      const ask = () => both.resolve('stage_4', { tokenCount });
      expect(ask).toThrow(ConfigQueryError);
      expect(ask).toThrow(`tokenCount: must be a number of at least 0, got ${tokenCount}`);
    });

    it('is measured by the reserve of the most specific language that has one', () => {
      const resolver = resolverOf({
        phases: [standard, extended],
        reserves: [
          { language: 'any', reservePercent: 0.2 },
          { language: 'ru', reservePercent: 0.25 },
        ],
      });
      const threshold = (language?: string) => resolver.choice('stage_4', { language }).dynamicThreshold;
      expect([threshold(), threshold('en'), threshold('ru'), threshold('ru-RU')]).toEqual([
        800, 800, 750, 750,
      ]);
    });

    it("is measured by the course's own standard row where it has one", () => {
      const own = { ...standard, courseId: 'c1', maxContextTokens: 100 };
      const resolver = resolverOf({ phases: [standard, extended, own, { ...extended, courseId: 'c1' }] });
      expect(tierOf(resolver, { courseId: 'c1', tokenCount: 81 })).toBe('extended');
      expect(tierOf(resolver, { courseId: 'c2', tokenCount: 81 })).toBe('standard');
    });

    it('is whichever there is where only one has a row', () => {
      for (const row of [standard, extended]) {
        const resolver = resolverOf({ phases: [row] });
        for (const tokenCount of [1, 1_000_000])
          expect(tierOf(resolver, { tokenCount })).toBe(row.contextTier);
      }
    });

    it('needs no reserve where there is nothing to choose', () => {
      const resolver = resolverOf({ phases: [standard], reserves: [] });
      expect(tierOf(resolver, { tokenCount: 5_000 })).toBe('standard');
      expect(resolver.choice('stage_4', {}).dynamicThreshold).toBeNull();
    });

    it('cannot be told without a reserve where there is', () => {
      const ask = () =>
        resolverOf({ phases: [standard, extended], reserves: [] }).resolve('stage_4', { tokenCount: 1 });
      expect(ask).toThrow(ConfigNotFoundError);
      expect(ask).toThrow('There is no context reserve for language "any", nor for any');
    });
  });

  it.each<[string, PhaseQuery, string]>([
    ['stage_40', {}, 'There is no configuration for phase "stage_40"'],
    ['stage_40', { tokenCount: 1 }, 'There is no configuration for phase "stage_40"'],
    [
      'Stage_4',
      { language: 'ru', courseId: 'c1' },
      'There is no configuration for phase "Stage_4", language "ru", course "c1"',
    ],
  ])('does not find %p with %j', (phase, query, message) => {
    expect(() => both.resolve(phase, query)).toThrow(new ConfigNotFoundError(message));
    expect(() => both.resolve(phase, query)).toThrow(
      expect.objectContaining({ code: 'config-not-found', retryable: false }),
    );
  });

  it('refuses a language that is none before it looks for anything', () => {
    expect(() => both.resolve('stage_40', { language: 'not a language' })).toThrow(ConfigQueryError);
  });

  it('works a question out once and remembers the answer', () => {
    const query = { language: 'ru-RU', courseId: 'c1', tokenCount: 5_000 };
    expect(both.choice('stage_4', query)).toBe(both.choice('stage_4', { ...query, tokenCount: 1 }));
    expect(both.resolve('stage_4', query)).toBe(both.resolve('stage_4', query));
  });

  it('remembers no answer for another phase, course or language', () => {
    const courses = ['c1', 'c2'].map((courseId) => ({ ...standard, courseId }));
    const resolver = resolverOf({ phases: [standard, ...courses] });
    const one = resolver.choice('stage_4', { language: 'ru', courseId: 'c1' });
    expect(resolver.choice('stage_4', { language: 'ru' })).not.toBe(one);
    expect(resolver.choice('stage_4', { language: 'ru', courseId: 'c2' })).not.toBe(one);
    expect(resolver.choice('stage_4', { language: 'en', courseId: 'c1' })).not.toBe(one);
    expect(resolver.choice('stage_5', { language: 'ru', courseId: 'c1' })).not.toBe(one);
  });

  it('hands out nothing that a caller could change for the others', () => {
    const { row, tried } = both.resolve('stage_4', {});
    expect([row, tried, ...tried].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes a course without rows of its own for any other such course, and remembers nothing of it', () => {
    const resolver = resolverOf({ phases: [standard, { ...standard, courseId: 'c1', temperature: 2 }] });
    const anyCourse = resolver.choice('stage_4', {});
    for (let n = 2; n < 100; n++) expect(resolver.choice('stage_4', { courseId: `c${n}` })).toBe(anyCourse);
    expect(resolver.resolve('stage_4', { courseId: 'c1' }).row.temperature).toBe(2);
  });

  it.each([
    ['many phases', 35_000, (n: number) => ({ phase: `p${n}`, language: 'zh-Hant-TW' })],
    [
      'many languages',
      14_000,
      (n: number) => ({ phase: 'p', language: `en-x-${'a-'.repeat(11)}${n.toString().padStart(6, '0')}` }),
    ],
  ])('remembers no more than 500,000 places, however they are asked for (%s)', (_, questions, question) => {
    const resolver = resolverOf({ phases: [standard] });
    for (let n = 0; n < questions; n++) {
      const { phase, language } = question(n);
      resolver.choice(phase, { language });
    }
    const { phase, language } = question(0);
    expect(resolver.choice(phase, { language })).toBe(resolver.choice(phase, { language }));
    expect(resolver.choice('beyond', {})).not.toBe(resolver.choice('beyond', {}));
    expect(resolver.resolve('stage_4', { tokenCount: 1 }).row.contextTier).toBe('standard');
  });

  it('wants standard where nothing is said of the size', () => {
    expect(tierFor(both.choice('stage_4', {}), 'stage_4', {})).toBe('standard');
  });
});
