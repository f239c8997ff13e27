import { ConfigQueryError } from '../reading/config-query.error.js';
import { languageChain } from './language-chain.js';

describe('languageChain (MC-8)', () => {
  it.each([
    ['ru-RU', ['ru-RU', 'ru', 'any']],
    ['ru', ['ru', 'any']],
    ['zh-Hant-TW', ['zh-Hant-TW', 'zh-Hant', 'zh', 'any']],
    ['any', ['any']],
  ])('looks for %s most specific first, and for any last', (language, chain) => {
    expect(languageChain(language)).toEqual(chain);
  });

  it.each([
    ['RU-ru', 'ru-RU'],
    ['ZH-HANT-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
  ])('writes %s as rows are written', (language, canonical) => {
    expect(languageChain(language)[0]).toBe(canonical);
  });

  it.each(['ANY', 'any-US'])('looks in no place twice (%s)', (language) => {
    const chain = languageChain(language);
    expect(chain).toEqual([...new Set(chain)]);
    expect(chain.at(-1)).toBe('any');
  });

  it('refuses a tag that is longer than any in use: one of thousands of parts would fill the memory', () => {
    const tag = `en-x${'-a'.repeat(15)}b`;
    expect(languageChain(tag)).toHaveLength(18);
    for (const longer of [`${tag}c`, `en-x${'-a'.repeat(7_000)}`]) {
      expect(() => languageChain(longer)).toThrow('language: must have at most 35 characters');
    }
  });

  it.each(['', ' ', 'ru_RU', 'r', '*', 'ru-', '-ru', 'русский', 'ru RU', '__proto__'])(
    'refuses %p, and says what it may be',
    (language) => {
      expect(() => languageChain(language)).toThrow(ConfigQueryError);
      expect(() => languageChain(language)).toThrow(
        `language: "${language}" is not a BCP 47 language tag, nor "any"`,
      );
    },
  );
});
