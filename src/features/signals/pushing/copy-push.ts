import { faultsOfForm } from '../types/faults-of-form.js';
import type { SignalType } from '../types/signal-type.js';
import type { Push } from './read-push.js';
import { SignalInvalidError } from './signal-invalid.error.js';

/**
 * A copy that can be kept, frozen and told from others.
 * @throws SignalInvalidError for what is no JSON, too large or nested too deep
 */
export function copyPush({ name, maxValueBytes }: SignalType, push: Push): Push {
  const faults = faultsOfForm(push.value);
  if (faults.length > 0)
    throw new SignalInvalidError(
      name,
      faults.map((fault) => `value: ${fault}`),
    );
  const text = textOf(push.value);
  if (text === undefined) throw new SignalInvalidError(name, ['value: must be JSON']);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxValueBytes)
    throw new SignalInvalidError(name, [
      `value: must be at most ${maxValueBytes} bytes as JSON, got ${bytes}`,
    ]);
  return { ...push, value: JSON.parse(text) };
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // It has a bigint.
    return undefined;
  }
}
