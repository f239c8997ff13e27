import { readYaml } from '../../../platform/documents/index.js';
import type { PlacedProfile } from './placed-profile.js';
import { ProfilesFileError } from './profiles-file.error.js';
import { readProfileTable } from './read-profile-table.js';

export type ProfilesForm = 'csv' | 'json';

/**
 * Reads a file of profiles. Whether each is a valid profile is not asked here: one that is not must not keep the others
 * from being made.
 * @throws ProfilesFileError with every fault of the file
 */
export function readProfiles(text: string, form: ProfilesForm): PlacedProfile[] {
  return form === 'csv' ? readProfileTable(text) : readProfileList(text);
}

function readProfileList(text: string): PlacedProfile[] {
  const list = parseJson(text);
  if (!Array.isArray(list))
    throw new ProfilesFileError([{ place: 'document', message: 'is not a list of profiles' }]);
  const profiles = list.map((profile: unknown, index) => ({ place: `profile ${index + 1}`, profile }));
  const faults = profiles.filter(({ profile }) => !isObject(profile));
  if (faults.length > 0)
    throw new ProfilesFileError(faults.map(({ place }) => ({ place, message: 'is not an object' })));
  return profiles;
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    // It knows lines and finds every fault; whatever else it would take is none of ours.
    const faults = readYaml(json).faults.map(({ path: place, message }) => ({ place, message }));
    const all = faults.length > 0 ? faults : [{ place: 'document', message: (error as Error).message }];
    throw new ProfilesFileError(all);
  }
}
