import type { LibraryRows } from './library-rows.js';

type Value = Pick<LibraryRows['placeholder_values'][number], 'placeholder' | 'name'>;

/** Profiles that name what nobody wrote. @param values all that there then are */
export function findLibraryFaults({ profile_values: named }: LibraryRows, values: readonly Value[]) {
  const known = new Set(values.map(({ placeholder, name }) => `${placeholder}.${name}`));
  return named
    .filter(({ placeholder, value_name: name }) => !known.has(`${placeholder}.${name}`))
    .map(({ profile, placeholder, value_name: name }) => ({
      path: `profiles.${profile}.values.${placeholder}`,
      message: `"${placeholder}" has no value of the name "${name}"`,
    }));
}
