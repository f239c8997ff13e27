import { languageFallbacks } from '../../../platform/language/index.js';
import { ConfigQueryError } from '../reading/config-query.error.js';

/**
 * Where a language's configuration is looked for, most specific first.
 * @throws ConfigQueryError when it is no BCP 47 language tag
 */
export function languageChain(language: string): readonly string[] {
  try {
    return languageFallbacks(language);
  } catch (error) {
    throw new ConfigQueryError('language', (error as RangeError).message);
  }
}
