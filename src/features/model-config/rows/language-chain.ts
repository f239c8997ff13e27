import { ConfigQueryError } from '../reading/config-query.error.js';

/** The language of rows that hold for every language without its own. */
export const anyLanguage = 'any';
/** As long as RFC 5646 asks for (4.4.1); a longer one could have thousands of parts, each to be looked for. */
const longestTag = 35;

/**
 * Where a language's configuration is looked for, most specific first: `zh-Hant-TW`, `zh-Hant`, `zh`, `any`.
 * @throws ConfigQueryError when it is no BCP 47 language tag
 */
export function languageChain(language: string): readonly string[] {
  if (language === anyLanguage) return [anyLanguage];
  if (language.length > longestTag)
    throw new ConfigQueryError('language', `must have at most ${longestTag} characters`);
  const chain: string[] = [];
  const subtags = canonical(language).split('-');
  for (; subtags.length > 0; subtags.pop()) chain.push(subtags.join('-'));
  return [...new Set([...chain, anyLanguage])];
}

function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0]!;
  } catch {
    throw new ConfigQueryError('language', `"${language}" is not a BCP 47 language tag, nor "any"`);
  }
}
