/** The language of rows that hold for every language without its own. */
export const anyLanguage = 'any';
/** As long as RFC 5646 asks for (4.4.1); a longer one could have thousands of parts, each to be looked for. */
const longestTag = 35;

/**
 * Where what is kept by language is looked for, most specific first: `zh-Hant-TW`, `zh-Hant`, `zh`, `any`.
 * @throws RangeError when it is no BCP 47 language tag
 */
export function languageFallbacks(language: string): readonly string[] {
  if (language === anyLanguage) return [anyLanguage];
  if (language.length > longestTag) throw new RangeError(`must have at most ${longestTag} characters`);
  const chain: string[] = [];
  const subtags = canonical(language).split('-');
  for (; subtags.length > 0; subtags.pop()) chain.push(subtags.join('-'));
  return [...new Set([...chain, anyLanguage])];
}

function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0]!;
  } catch {
    throw new RangeError(`"${language}" is not a BCP 47 language tag, nor "any"`);
  }
}
