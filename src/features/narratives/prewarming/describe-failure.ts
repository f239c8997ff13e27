import { causesOf } from './causes-of.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';

/** Why a profile has no narrative, in a line that ends with what began it. */
export function describeFailure(error: unknown): string {
  if (error instanceof NarrativeProfileInvalidError)
    return error.faults
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
  // What repeats its cause has said it.
  const messages = causesOf(error).map(({ message }) => message);
  return messages
    .filter((message, n) => !messages.slice(0, n).some((each) => each.includes(message)))
    .join(': ');
}
