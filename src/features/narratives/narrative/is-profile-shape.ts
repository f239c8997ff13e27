import type { JsonObject } from './json.js';
import { profileLimits } from './profile-limits.js';

/** Whether a value is an object that is looked at as a profile at all, whatever is in it. */
export const isProfileShape = (value: unknown): value is JsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  isWithin(value, profileLimits.depth);

/** In so many levels, its own included. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isWithin(part, levels - 1));
}
