import type { PersonSettings } from '../prompt/prompt-data.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { placeholderNameSchema } from '../prompt/prompt-names.js';

/** What a text that fills a placeholder must not be; `null` where it is in order (PR-9). Says nothing of the text. */
export function textFault(text: string): string | null {
  const { settingBytes } = promptLimits;
  const bytes = Buffer.byteLength(text);
  if (bytes === 0 || bytes > settingBytes) return `must have 1 to ${settingBytes} bytes, and has ${bytes}`;
  if (text.includes('\0')) return 'must not contain NUL';
  return /\p{Cs}/u.test(text) ? 'must not contain half of a surrogate pair' : null;
}

/**
 * Pure: what can be told of a whole set of settings without the database. A name that is none may be anything, even
 * the text it was mistaken for: it is told by its place.
 * @throws PromptInvalidError with everything that is wrong
 */
export function checkSettings(settings: PersonSettings): void {
  const entries = Object.entries(settings);
  const { placeholders: most } = promptLimits;
  // At once: a body has room for half a million of them, and looking at each would keep the process busy for seconds.
  if (entries.length > most) {
    const message = `may have at most ${most} settings, and has ${entries.length}`;
    throw new PromptInvalidError('settings', [{ path: 'placeholders', message }]);
  }
  const faults = entries.flatMap(([name, text], at) => {
    const named = placeholderNameSchema.safeParse(name);
    if (!named.success)
      return [{ path: 'placeholders', message: `name ${at + 1} is not ${named.error.issues[0]!.message}` }];
    const message = textFault(text);
    return message === null ? [] : [{ path: `placeholders.${name}`, message }];
  });
  if (faults.length > 0) throw new PromptInvalidError('settings', faults);
}
