const delimiter = ':';

/** Everything that a namespace holds. */
export const namespaceScope = (namespace: string): string => `@${namespace}`;

/** One key of a namespace. */
export const keyScope = (namespace: string, key: string): string => `@${namespace}=${key}`;

/**
 * All keys of a namespace that begin with `prefix`, which ends with the delimiter `:`; so `book:1:` never touches
 * `book:10:`.
 * @throws RangeError for a prefix that ends anywhere else
 */
export function prefixScope(namespace: string, prefix: string): string {
  if (!prefix.endsWith(delimiter))
    throw new RangeError(`prefix must end with "${delimiter}", got "${prefix}"`);
  return `@${namespace}^${prefix}`;
}

/** What a scope of a cache means: all of a namespace, the keys with a prefix, or one key. */
export interface CacheScope {
  readonly namespace: string;
  readonly prefix?: string;
  readonly key?: string;
}

/** The way back from the scopes above; `null` for any other. */
export function parseCacheScope(scope: string): CacheScope | null {
  const [, namespace, sign, rest] = /^@([a-z0-9-]+)(?:([=^])([^]*))?$/.exec(scope) ?? [];
  if (namespace === undefined) return null;
  if (sign === undefined) return { namespace };
  return sign === '=' ? { namespace, key: rest! } : { namespace, prefix: rest! };
}

/**
 * The scopes that every entry has by where it is kept, besides those that its origin gives it: namespace, key, and each
 * delimited prefix of the key. Worked out when they are needed, never stored.
 */
export function cacheScopes(namespace: string, key: string): string[] {
  const scopes = [namespaceScope(namespace), keyScope(namespace, key)];
  for (let end = key.indexOf(delimiter); end >= 0; end = key.indexOf(delimiter, end + 1)) {
    scopes.push(prefixScope(namespace, key.slice(0, end + 1)));
  }
  return scopes;
}
