import type { LockName } from '../../core/index.js';

/** What is neither a delimiter of ours, nor a hash tag, nor special in a pattern of Redis. */
const unsafe = /[^A-Za-z0-9._~@/=+,-]/g;
const escaped = /%([0-9a-f]{4})/g;

/**
 * Every UTF-16 unit by itself, as `%` and four hex digits unless it is safe: other strings give other parts, and a part
 * begins with another exactly if their strings do, also where a prefix ends inside a surrogate pair.
 */
const encodePart = (part: string): string =>
  part.replaceAll(unsafe, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const decodePart = (part: string): string =>
  part.replaceAll(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * The names of our keys: `<prefix>:<kind>:{<namespace>:<key>}`. What is between the braces decides the slot in a
 * Cluster, so that everything about one entry is on one server.
 */
export class RedisKeys {
  private readonly prefix: string;

  /** `prefix`: any text; a colon in it is kept as it is. */
  constructor(prefix: string) {
    this.prefix = prefix.split(':').map(encodePart).join(':');
  }

  /** Where a value is, and where an absence (CA-8). Of the two, one is there at most, but for moments. */
  entry(namespace: string, key: string): { readonly value: string; readonly absence: string } {
    const tag = `{${encodePart(namespace)}:${encodePart(key)}}`;
    return { value: `${this.prefix}:val:${tag}`, absence: `${this.prefix}:neg:${tag}` };
  }

  /** A pattern of SCAN for values and absences. */
  entriesPattern(namespace: string, prefix: string): string {
    return `${this.prefix}:[vn][ae][lg]:{${encodePart(namespace)}:${encodePart(prefix)}*`;
  }

  lock({ kind, namespace, key }: LockName): string {
    return `${this.prefix}:${kind}:{${encodePart(namespace)}:${encodePart(key)}}`;
  }

  /** The channel on which released locks are named. */
  get released(): string {
    return `${this.prefix}:released`;
  }

  /** A token bucket. */
  rate(name: string): string {
    return `${this.prefix}:rate:{${encodePart(name)}}`;
  }

  /** Of the free area, whose keys belong to no namespace of ours. */
  free(key: string): string {
    return `${this.prefix}:free:{${encodePart(key)}}`;
  }

  freePattern(prefix: string): string {
    return `${this.prefix}:free:{${encodePart(prefix)}*`;
  }

  /** The way back from `free`. */
  freeName(free: string): string {
    return decodePart(free.slice(`${this.prefix}:free:{`.length, -1));
  }
}
