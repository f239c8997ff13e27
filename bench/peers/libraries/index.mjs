// Everybody who is compared, each as its own documentation sets it up for the case. All are made around an origin:
//   memory(origin, { ttlMs, staleMs, maxEntries })  in this process; where it can, past `ttlMs` served stale for `staleMs`
//   tiers(origin, { url, ttlMs, … })                with the Redis at `url`, and memory before it where it has that
//   redis(origin, { url, ttlMs })                   so that each read goes to Redis
// `lacks` names what one does not have: that is told, and not measured. `elsewhere` names the part that measures it.
import asyncCacheDedupe from './async-cache-dedupe.mjs';
import bentoCache from './bentocache.mjs';
import cacheManager from './cache-manager.mjs';
import cacheable from './cacheable.mjs';
import cachified from './cachified.mjs';
import lastgood from './lastgood.mjs';
import lruCache from './lru-cache.mjs';

export const libraries = [
  lastgood,
  lruCache,
  bentoCache,
  cacheable,
  cacheManager,
  cachified,
  asyncCacheDedupe,
];

export const libraryOf = (name) => libraries.find((library) => library.name === name);

const itself = (value) => value;
/** What was read, of what a library answers. */
export const dataOf = (library) => library.dataOf ?? itself;
