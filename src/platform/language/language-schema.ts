import { z } from 'zod';
import { anyLanguage } from './language-fallbacks.js';

// 35 characters hold every tag in use (RFC 5646, 4.4.1); a longer one has thousands of parts to be looked for.
export const languageTag = /^(?=.{2,35}$)(any|[a-z]{2,3}(-[A-Za-z0-9]{1,8})*)$/;

export const languageForm = 'a BCP 47 language tag such as "ru" or "ru-RU", or "any"';

/** A language as it is stored: canonical. */
export const languageSchema = z
  .string()
  .regex(languageTag, languageForm)
  .transform((tag, context) => {
    try {
      const canonical = tag === anyLanguage ? tag : Intl.getCanonicalLocales(tag)[0]!;
      // The canonical form may be longer.
      if (!languageTag.test(canonical)) throw new RangeError(canonical);
      return canonical;
    } catch {
      context.addIssue({ code: 'custom', message: languageForm });
      return z.NEVER;
    }
  })
  .pipe(z.string());
