import type { Json, JsonObject } from './json.js';

/**
 * Pure: profiles that mean the same become the same. What is `null` is left out, shares are rounded to the nearest half
 * per cent, and what has no order gets one. A profile that is not in order stays so: nothing that is out of bounds is
 * moved into them, and nothing is removed from a list.
 */
export function normaliseProfile(profile: JsonObject): JsonObject {
  return mapFields(profile, (value, name) => {
    if (name === 'hybrid') return sorted(value);
    if (name === 'percentages' && isObject(value)) return mapFields(value, toHalf);
    return name === 'hdData' && isObject(value) ? mapFields(value, ofChart) : value;
  });
}

const ofChart = (value: Json, name: string): Json =>
  name === 'centers' || name === 'gates' ? sorted(value) : value;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field may be called `__proto__`: `Object.fromEntries` makes it a field like any other. */
function mapFields(object: JsonObject, map: (value: Json, name: string) => Json): JsonObject {
  const given = Object.entries<Json | undefined>(object).filter(([, value]) => value != null);
  return Object.fromEntries(given.map(([name, value]) => [name, map(value as Json, name)]));
}

/** Rounding 100.1 would make it a share that may be; adding 0 makes -0 the one 0 there is. */
const toHalf = (share: Json): Json =>
  typeof share === 'number' && share >= 0 && share <= 100 ? Math.round(share * 2) / 2 + 0 : share;

function sorted(list: Json): Json {
  if (!Array.isArray(list)) return list;
  const values: readonly Json[] = list;
  if (values.every((value) => typeof value === 'number')) return values.toSorted((one, other) => one - other);
  return values.every((value) => typeof value === 'string') ? values.toSorted() : values;
}
