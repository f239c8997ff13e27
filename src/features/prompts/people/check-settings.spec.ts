import { placeholderNameSchema } from '../prompt/prompt-names.js';
import type { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { checkSettings, textFault } from './check-settings.js';

const faultsOf = (settings: Record<string, string>) => {
  try {
    checkSettings(settings);
    return [];
  } catch (error) {
    return (error as PromptInvalidError).faults.map(({ path, message }) => `${path}: ${message}`);
  }
};
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`name_${at}`, 'x']));

describe('checkSettings (PR-7, PR-9)', () => {
  it.each([
    ['', 'must have 1 to 8192 bytes, and has 0'],
    ['x'.repeat(8_192), null],
    ['x'.repeat(8_193), 'must have 1 to 8192 bytes, and has 8193'],
    ['ß'.repeat(4_096), null],
    ['ß'.repeat(4_097), 'must have 1 to 8192 bytes, and has 8194'],
    ['a\0b', 'must not contain NUL'],
    ['\ud83d', 'must not contain half of a surrogate pair'],
    ['😀 {{ x }} {% raw %}\n\t', null],
  ])('counts bytes, and takes any text that can be stored (%#)', (text, fault) => {
    expect(textFault(text)).toBe(fault);
  });

  it('takes as many settings as there may be, and none', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf(many(100))).toEqual([]);
    expect(faultsOf(many(101))).toEqual(['placeholders: may have at most 100 settings, and has 101']);
  });

  it('looks at none of more settings than there may be: a body has room for half a million (PR-9)', () => {
    const wrong = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`${at}A`, '']));
    const parse = jest.spyOn(placeholderNameSchema, 'safeParse');
    expect(faultsOf(wrong)).toEqual(['placeholders: may have at most 100 settings, and has 1000']);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('tells everything that is wrong at once, and nothing of the texts', () => {
    const faults = faultsOf({ style: '', 'my secret name': 'my secret', true: 'x', language: 'secret\0' });
    expect(faults).toEqual([
      'placeholders.style: must have 1 to 8192 bytes, and has 0',
      'placeholders: name 2 is not the name of a placeholder: a-z, 0-9 and _, at most 100 characters',
      'placeholders: name 3 is not a word that templates use themselves',
      'placeholders.language: must not contain NUL',
    ]);
    expect(faults.join()).not.toContain('secret');
  });
});
