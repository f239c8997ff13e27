import { aPhase, aSnapshot } from '../../../../test/support/config-rows.js';
import { languageChain } from '../rows/language-chain.js';
import type { ContextTier } from '../rows/phase-config.entity.js';
import type { ProposedPhase } from '../rows/proposed-config.js';
import { resolvePhase } from './resolve-phase.js';

const languages = languageChain('ru-RU');
const other = { standard: 'extended', extended: 'standard' } as const;

/** Every place that may answer for a phase, a course and a language, in the order of MC-8. */
const placesFor = (wanted: ContextTier) =>
  ['stage_4', 'global_default'].flatMap((phase) =>
    ['c1', null].flatMap((courseId) =>
      ['ru-RU', 'ru', 'any'].flatMap((language) =>
        [wanted, other[wanted]].map((contextTier) => ({ phase, courseId, language, contextTier })),
      ),
    ),
  );
const rowAt = ({ phase, ...key }: Pick<ProposedPhase, 'phase' | 'courseId' | 'language' | 'contextTier'>) =>
  aPhase(phase, key);
const keyOf = (row: ProposedPhase | null) =>
  row && {
    phase: row.phase,
    courseId: row.courseId,
    language: row.language,
    contextTier: row.contextTier,
  };

/** Of another course, another language, another phase: never an answer here. */
const strangers = [
  aPhase('stage_4', { courseId: 'c2' }),
  aPhase('stage_4', { courseId: 'c1', language: 'en' }),
  aPhase('stage_4', { language: 'ru-BY' }),
  aPhase('stage_40', { courseId: 'c1' }),
];

describe('resolvePhase (MC-8)', () => {
  describe.each(['standard', 'extended'] as const)('when %s is wanted', (wanted) => {
    const places = placesFor(wanted);

    it.each(places.map((place, at) => ({ ...place, at })))(
      'takes $phase, course $courseId, language $language, $contextTier where nothing before it has a row',
      ({ at, ...expected }) => {
        const snapshot = aSnapshot({ phases: [...strangers, ...places.slice(at).map(rowAt).toReversed()] });
        const { row, tried } = resolvePhase(snapshot, 'stage_4', 'c1', languages, wanted);
        expect(keyOf(row)).toEqual(expected);
        expect(tried).toEqual(places.slice(0, at + 1).map((place, n) => ({ ...place, found: n === at })));
      },
    );

    it('finds nothing where none of them has a row, and tells every place', () => {
      const { row, tried } = resolvePhase(
        aSnapshot({ phases: strangers }),
        'stage_4',
        'c1',
        languages,
        wanted,
      );
      expect(row).toBeNull();
      expect(tried).toEqual(places.map((place) => ({ ...place, found: false })));
    });
  });

  it('never lets the rows of a course answer for all courses, or for another one', () => {
    const snapshot = aSnapshot({
      phases: [aPhase('global_default'), aPhase('stage_4', { courseId: 'c1', temperature: 2 })],
    });
    for (const course of [null, 'c2', 'C1', 'c1 ']) {
      expect(resolvePhase(snapshot, 'stage_4', course, languages, 'standard').row?.phase).toBe(
        'global_default',
      );
    }
  });

  it('lets global_default stand in only for a phase that some row declares', () => {
    const snapshot = aSnapshot({
      phases: [aPhase('global_default'), aPhase('stage_4', { courseId: 'c9', language: 'de' })],
    });
    expect(resolvePhase(snapshot, 'stage_4', null, ['any'], 'standard').row?.phase).toBe('global_default');
    for (const misspelt of ['stage_5', 'Stage_4', 'stage_4 ', '', 'constructor', '__proto__']) {
      const { row, tried } = resolvePhase(snapshot, misspelt, null, ['any'], 'standard');
      expect([row, tried.map(({ phase }) => phase)]).toEqual([null, [misspelt, misspelt]]);
    }
  });

  it('looks in no place twice for global_default itself', () => {
    const snapshot = aSnapshot({ phases: [aPhase('global_default', { language: 'ru' })] });
    const { row, tried } = resolvePhase(snapshot, 'global_default', null, ['en', 'any'], 'standard');
    expect([row, tried.length]).toEqual([null, 4]);
  });
});
