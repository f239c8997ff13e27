import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigDocument } from '../src/features/model-config/rows/config-document.js';
import { fromDocument } from '../src/features/model-config/rows/proposed-config.js';
import { readConfigDocument } from '../src/features/model-config/documents/read-config-document.js';
import { validateConfig } from '../src/features/model-config/validation/validate-config.js';

const phasesInUse = [
  'global_default',
  'emergency',
  'quality_fallback',
  'stage_2_summarization',
  'stage_2',
  'stage_3',
  'stage_3_classification',
  'stage_4_classification',
  'stage_4_scope',
  'stage_4_expert',
  'stage_4_synthesis',
  'stage_4',
  'stage_5',
  'stage_5_metadata',
  'stage_5_sections',
  'stage_6',
  'stage_6_planner',
  'stage_6_expander',
  'stage_6_assembler',
  'stage_6_smoother',
  'stage_6_refinement',
  'stage_6_judge',
  'narrative',
];

const readText = (...path: string[]): string => readFileSync(resolve(...path), 'utf8');

const distinct = (values: readonly string[]): string[] => [...new Set(values)].toSorted();

const tiersOf = (rows: ConfigDocument['phases']): string[] => distinct(rows.map((row) => row.contextTier));

const sample = readConfigDocument(readText('sample', 'model-config.yaml'));

const vendors = distinct(sample.models.map(({ id }) => id.split('/')[0]!)).join('|');

/** `vendor/name` of any vendor in the sample; the scoped packages of npm look alike, but begin with @. */
const findModelIds = (text: string): string[] =>
  text.match(new RegExp(`(?<![\\w@-])(?:${vendors})/[\\w.:-]+`, 'gi')) ?? [];

describe('the sample configuration', () => {
  it('has no fault, self-grading judges included (MC-14)', () => {
    expect(validateConfig(fromDocument(sample))).toEqual([]);
  });

  it('covers every phase in real use, and no other (MC-5)', () => {
    expect(distinct(sample.phases.map((row) => row.phase))).toEqual(phasesInUse.toSorted());
  });

  it('has both tiers, and English, Russian and any language, among phases, judges and reserves alike (MC-5)', () => {
    const languages = ['any', 'en', 'ru'];
    expect(distinct(sample.phases.map((row) => row.language))).toEqual(languages);
    expect(distinct(sample.judges.map((panel) => panel.language))).toEqual(languages);
    expect(distinct(sample.reserves.map((row) => row.language))).toEqual(languages);
    expect(distinct(sample.phases.map((row) => row.contextTier))).toEqual(['extended', 'standard']);
  });

  it('keeps the extended tier wherever a row for a language or a course hides it (MC-8)', () => {
    for (const { phase, courseId, language } of sample.phases) {
      const rows = sample.phases.filter((row) => row.phase === phase);
      const own = rows.filter((row) => row.courseId === courseId && row.language === language);
      expect([phase, language, courseId, tiersOf(own)]).toEqual([phase, language, courseId, tiersOf(rows)]);
    }
  });

  it('has what a careless reader loses: a 0, a null, an override and a deprecated model (MC-5)', () => {
    expect(sample.phases).toContainEqual(expect.objectContaining({ phase: 'stage_6_judge', temperature: 0 }));
    expect(sample.phases).toContainEqual(
      expect.objectContaining({ phase: 'emergency', fallbackModelId: null }),
    );
    expect(sample.phases).toContainEqual(expect.objectContaining({ courseId: 'course-demo' }));
    expect(sample.models).toContainEqual(
      expect.objectContaining({ status: 'deprecated', replacementId: expect.any(String) }),
    );
  });

  describe('and the source code (MC-12)', () => {
    it('knows a model id when it sees one', () => {
      for (const { id } of sample.models) {
        expect(findModelIds(`const model = '${id}';`)).toEqual([id]);
        expect(findModelIds(`https://models.example/${id.toUpperCase()}`)).toEqual([id.toUpperCase()]);
      }
      expect(findModelIds(`import '@google/x'; 'not-google/x'; './x'`)).toEqual([]);
    });

    it('share no model id: a constant in code rots with every release of a vendor', () => {
      const files = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' }).filter(
        (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
      );
      const hits = files.flatMap((file) =>
        findModelIds(readText('src', file)).map((id) => `${join('src', file)}: ${id}`),
      );
      expect(files).toContain(join('features', 'model-config', 'validation', 'validate-config.ts'));
      expect(hits).toEqual([]);
    });
  });
});
