import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import type { PromptDocument } from './prompt-document.js';
import { readPromptDocument, validatePromptDocument } from './read-prompt-document.js';
import { renderPromptDocument } from './render-prompt-document.js';

const sampleText = readFileSync('sample/prompts.yaml', 'utf8');

function faultsOf(work: () => unknown): { path: string; message: string }[] {
  try {
    work();
  } catch (error) {
    if (error instanceof PromptInvalidError) return [...error.faults];
    throw error;
  }
  return [];
}
const pathsOf = (text: string) => faultsOf(() => readPromptDocument(text)).map(({ path }) => path);

describe('the document of prompts (PR-1, PR-8)', () => {
  it('fills in what is left out, and keeps a mode of 0', () => {
    const text = `templates: [{ node: a, template: x }, { node: b, template: y, cacheTtlSeconds: 1 }]\nmodes: { a: 0 }`;
    const { templates, modes, profiles } = readPromptDocument(text);
    expect(templates).toEqual([
      {
        node: 'a',
        language: 'any',
        system: null,
        template: 'x',
        dynamic: null,
        cacheTtlSeconds: 3_600,
        allowStale: false,
        labels: ['production'],
      },
      expect.objectContaining({ cacheTtlSeconds: 1 }),
    ]);
    expect([modes, profiles]).toEqual([{ a: 0 }, {}]);
  });

  it('lists every fault of its values by path, and quotes no text', () => {
    const wrong = `
placeholders: { style: { description: '' } }
profiles: { gentle: { category: mood, description: x, values: {} } }
templates:
  - { node: Not a node, template: x, cacheTtlSeconds: -1 }
  - { node: a, template: secret text, speed: fast, labels: [] }
modes: { a: 2 }`;
    const faults = faultsOf(() => readPromptDocument(wrong));
    expect(faults.map(({ path }) => path).toSorted()).toEqual([
      'modes.a',
      'placeholders.style.description',
      'profiles.gentle.category',
      'templates[0].cacheTtlSeconds',
      'templates[0].node',
      'templates[1]',
      'templates[1].labels',
    ]);
    expect(JSON.stringify(faults)).not.toContain('secret text');
  });

  it('has each label of a prompt once', () => {
    const twice = `templates: [{ node: a, template: x }, { node: a, template: y }, { node: a, language: ru, template: z }]`;
    expect(pathsOf(twice)).toEqual(['templates[1].labels']);
  });

  it.each([
    ['a key twice', 'modes: { a: 1 }\nmodes: { b: 1 }'],
    ['no YAML', 'templates: ['],
    [
      'aliases that multiply',
      `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [${'*a, '.repeat(9)}]\nc: &c [${'*b, '.repeat(9)}]\nd: [${'*c, '.repeat(9)}]`,
    ],
  ])('is refused with %s', (_, text) => {
    expect(pathsOf(text)).toHaveLength(1);
  });

  it('is read as it was written, whatever its texts hold', () => {
    const awkward = fc.constantFrom(
      '\r\n',
      '\t',
      ' \n',
      '\n\n',
      '---',
      '#',
      '"',
      "'",
      '\u0085',
      '\u2028',
      '\ufeff',
      '\u0007',
    );
    const text = fc
      .array(fc.oneof(awkward, fc.string({ unit: 'binary' })), { minLength: 1 })
      .map((parts) => parts.join(''))
      .filter((joined) => joined !== '' && !/\p{Cs}/u.test(joined) && !joined.includes('\0'));
    fc.assert(
      fc.property(text, fc.constantFrom('yaml', 'json'), (template, format) => {
        const document = readPromptDocument(JSON.stringify({ templates: [{ node: 'a', template }] }));
        expect(readPromptDocument(renderPromptDocument(document, format as 'yaml' | 'json'))).toEqual(
          document,
        );
      }),
    );
  });

  it('is validated as a whole: templates, and values that profiles name', () => {
    const wrong: PromptDocument = readPromptDocument(`
placeholders: { style: { description: x, values: { plain: plain } } }
profiles: { gentle: { category: style, description: x, values: { style: plane } } }
templates: [{ node: a, template: '{{ styel }} {{ text }}', dynamic: [text] }, { node: b, template: '{{ x' }]`);
    const faults = faultsOf(() => validatePromptDocument(wrong));
    expect(faults.map(({ path }) => path)).toEqual([
      'profiles.gentle.values.style',
      'templates[0].template',
      'templates[1].template',
    ]);
    expect(faults[1]!.message).toMatch(/^a \(any\): .*styel/);
  });
});

describe('the sample prompts (PR-1)', () => {
  const sample = readPromptDocument(sampleText);

  it('have no fault', () => {
    expect(() => validatePromptDocument(sample)).not.toThrow();
  });

  it('have the nodes and the placeholders that are asked for', () => {
    const nodes = sample.templates.map(({ node }) => node);
    expect(nodes.slice(0, 4)).toEqual([
      'generating_content',
      'recognition_handwritten',
      'synthesis_material',
      'generating_questions',
    ]);
    expect(Object.keys(sample.placeholders).toSorted()).toEqual([
      'explanation_depth',
      'language',
      'role_perspective',
      'style',
      'subject_name',
      'target_audience',
    ]);
    const dynamic = sample.templates.slice(0, 4).flatMap((template) => template.dynamic ?? []);
    expect(new Set(dynamic)).toEqual(
      new Set(['input_content', 'exam_content', 'handwritten_notes', 'study_material']),
    );
    for (const { values } of Object.values(sample.placeholders))
      expect(Object.keys(values).length).toBeGreaterThan(1);
    const categories = Object.values(sample.profiles).map(({ category }) => category);
    expect(new Set(categories)).toEqual(new Set(['style', 'subject']));
  });

  it('have what each stage of a lesson asks with, though stale', () => {
    const stages = sample.templates.filter(({ node }) => node.startsWith('stage_6_'));
    expect(stages.map(({ node }) => node).toSorted()).toEqual([
      'stage_6_assembler',
      'stage_6_expander',
      'stage_6_judge',
      'stage_6_planner',
      'stage_6_refinement',
      'stage_6_smoother',
    ]);
    for (const { allowStale, labels } of stages) expect([allowStale, labels]).toEqual([true, ['production']]);
  });
});
