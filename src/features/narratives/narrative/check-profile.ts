import { capFaults } from '../../../core/index.js';
import type { JsonObject } from './json.js';
import { profileSchema, tooManySystems } from './profile.js';
import { profileLimits } from './profile-limits.js';
import { findPoisonedPath } from './find-poisoned-path.js';

export interface ProfileFault {
  readonly path: string;
  readonly message: string;
}

/** What is told of a fault may quote the profile: of names that nobody would choose, the beginning. */
const longestTold = 200;
const told = (text: string): string => (text.length > longestTold ? `${text.slice(0, longestTold)}…` : text);

/** Of so many systems each name would be looked at, which takes a good part of a second: their number is enough. */
function isCrowded({ percentages }: JsonObject): boolean {
  const isObject = typeof percentages === 'object' && percentages !== null && !Array.isArray(percentages);
  return isObject && Object.keys(percentages).length > profileLimits.systems;
}

/** Pure: what is wrong with a profile, normalised or not; nothing where it is in order. */
export function checkProfile(profile: JsonObject): readonly ProfileFault[] {
  const poisoned = findPoisonedPath(profile);
  if (poisoned !== null) return [{ path: told(poisoned), message: 'a name that no profile may use' }];
  if (isCrowded(profile)) return [{ path: 'percentages', message: tooManySystems }];
  const { error } = profileSchema.safeParse(profile);
  const faults = (error?.issues ?? []).map(({ path, message }) => ({
    path: told(path.map(String).join('.')),
    message: told(message),
  }));
  return capFaults(faults);
}
