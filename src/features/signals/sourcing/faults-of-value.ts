import type { SignalType } from '../types/signal-type.js';

/** So many are told: what comes from elsewhere may have any number. */
const mostTold = 5;

/** What is wrong with a value of this type, in words; `null`: nothing. */
export function faultsOfValue(type: SignalType, value: unknown): string | null {
  const faults = type.check(value);
  const [told, more] = [faults.slice(0, mostTold), faults.length - mostTold];
  if (told.length > 0) return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > type.maxValueBytes ? `it has ${bytes} bytes, and ${type.maxValueBytes} are the most` : null;
}
