import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { fromDocument } from '../rows/proposed-config.js';
import { readConfigDocument } from './read-config-document.js';

const judge = '{ modelId: b/two, weight: 0.5, temperature: 0, maxTokens: 1, displayName: Two }';
const text = `
models:
  - { id: a/one:free, displayName: One, family: one, maxContextTokens: 9, inputUsdPerMtok: 0, outputUsdPerMtok: 0.1 }
phases:
  - { phase: stage_2, modelId: a/one:free, temperature: 0, maxTokens: 1, maxContextTokens: 9, maxRetries: 0 }
judges:
  - { language: no, primary: ${judge}, secondary: ${judge}, tiebreaker: ${judge} }
reserves:
  - { language: zh-hant, reservePercent: 0 }
`;

function faultsOf(source: string): [string, string][] {
  try {
    readConfigDocument(source);
  } catch (error) {
    if (error instanceof ConfigInvalidError) return error.faults.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

describe('readConfigDocument', () => {
  it('reads YAML, keeps 0 as 0 and fills in what is left out', () => {
    const document = readConfigDocument(text);
    expect(document.models).toMatchObject([
      { id: 'a/one:free', inputUsdPerMtok: 0, status: 'active', replacementId: null },
    ]);
    expect(document.phases).toEqual([
      {
        phase: 'stage_2',
        courseId: null,
        language: 'any',
        contextTier: 'standard',
        modelId: 'a/one:free',
        fallbackModelId: null,
        temperature: 0,
        maxTokens: 1,
        maxContextTokens: 9,
        qualityThreshold: null,
        maxRetries: 0,
        timeoutMs: null,
        cacheReadEnabled: false,
      },
    ]);
    expect(document.reserves).toEqual([{ language: 'zh-Hant', reservePercent: 0 }]);
  });

  it('takes the language "no" for Norwegian, not for false', () => {
    expect(readConfigDocument(text).judges[0]?.language).toBe('no');
  });

  it('reads the same from JSON, indented by spaces or by tabs', () => {
    const document = readConfigDocument(text);
    expect(readConfigDocument(JSON.stringify(document, null, 2))).toEqual(document);
    expect(readConfigDocument(JSON.stringify(document, null, '\t'))).toEqual(document);
  });

  it('lists every fault of the values, each with its path', () => {
    const source = text
      .replace(
        'temperature: 0, maxTokens: 1, maxContextTokens',
        'temperature: hot, maxTokens: 0, maxContextTokens',
      )
      .replace('family: one', 'familie: one')
      .replace('zh-hant', 'zh_hant')
      .replace('weight: 0.5', 'weight: 0');
    expect(faultsOf(source)).toEqual([
      ['models[0].family', 'Invalid input: expected string, received undefined'],
      ['models[0]', 'Unrecognized key: "familie"'],
      ['phases[0].temperature', 'Invalid input: expected number, received string'],
      ['phases[0].maxTokens', 'Too small: expected number to be >=1, got 0'],
      ['judges[0].primary.weight', 'Too small: expected number to be >0, got 0'],
      ['reserves[0].language', 'a BCP 47 language tag such as "ru" or "ru-RU", or "any"'],
    ]);
  });

  it.each([
    ['a key that is there twice', `${text}reserves: []`, 'line 10, column 1', 'Map keys must be unique'],
    [
      'a key that is there twice in JSON',
      '{"models":[],"models":[]}',
      'line 1, column 14',
      'Map keys must be unique',
    ],
    ['a tag that nobody knows', 'models: !secret x', 'line 1, column 9', 'Unresolved tag: !secret'],
    [
      'a second document',
      'models: []\n---\nmodels: []',
      'line 2, column 1',
      'Source contains multiple documents',
    ],
    ['an alias of nothing', 'models: *them', 'document', 'Unresolved alias'],
    ['an empty text', '', 'document', 'expected object, received null'],
    ['a list', '[]', 'document', 'expected object, received array'],
    ['a key that is a prototype', `${text}__proto__: {}`, 'document', 'Unrecognized key: "__proto__"'],
  ])('refuses %s', (_, source, path, message) => {
    expect(faultsOf(source)).toEqual([[path, expect.stringContaining(message)]]);
  });

  it.each([
    ['aliases that multiply', `a: &a [1]\nb: &b [${'*a,'.repeat(99)}*a]\nc: [${'*b,'.repeat(99)}*b]`],
    ['a nesting too deep to parse', '['.repeat(50_000)],
  ])('refuses %s and stays alive', (_, source) => {
    expect(faultsOf(source)).not.toEqual([]);
  });

  it('throws an error that people can read and programs can tell', () => {
    expect(() => readConfigDocument('{ models: [], phases: [], judges: 1 }')).toThrow(
      expect.objectContaining({
        name: 'ConfigInvalidError',
        code: 'config-invalid',
        retryable: false,
        context: { subject: 'configuration document', faults: 2 },
        message: [
          'Invalid configuration document: 2 faults',
          '  judges: Invalid input: expected array, received number, got 1',
          '  reserves: Invalid input: expected array, received undefined',
        ].join('\n'),
      }),
    );
  });
});

describe('fromDocument', () => {
  it('makes three rows of a panel and leaves the rest as it is', () => {
    const document = readConfigDocument(text);
    const { judges, ...rest } = fromDocument(document);
    expect(judges).toEqual(
      (['primary', 'secondary', 'tiebreaker'] as const).map((role) => ({
        ...document.judges[0]![role],
        independenceWaiver: null,
        language: 'no',
        role,
      })),
    );
    expect({ ...rest, judges: document.judges }).toEqual(document);
  });
});
