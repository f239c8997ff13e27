const on = (file, name, text, replacement = '') => ({ name, file, edits: [[text, replacement]] });
const cache = (...mutant) => on('src/core/cache/stale-while-revalidate-cache.ts', ...mutant);
const merge = (...mutant) => on('src/core/cache/merge-entry.ts', ...mutant);
const loader = (...mutant) => on('src/core/load/loader.ts', ...mutant);
const reader = (...mutant) => on('src/core/load/reader.ts', ...mutant);

/** What is held, and how it is loaded and read. */
export const cacheMutants = [
  merge(
    'no set-if-newer',
    `  if (held.asOf !== null && candidate.asOf !== null) {`,
    `  if (held.value !== candidate) return true;\n  if (held.asOf !== null && candidate.asOf !== null) {`,
  ),
  merge(
    'epoch ignored in the merge',
    `if (candidate.asOf.epoch !== held.asOf.epoch) return held.asOf.epoch !== epoch;`,
  ),
  merge('the current epoch is not preferred', `return held.asOf.epoch !== epoch;`, `return false;`),
  merge('at the same version the earlier load stays', `candidate.confirmedAt >= held.confirmedAt`, `false`),

  cache(
    'a value is not checked when it is stored',
    `if (entry.generation !== stream.generation && !this.prove(entry))`,
    `if (entry.generation >= 0 && entry.generation !== stream.generation && !this.prove(entry))`,
  ),
  cache(
    'polls confirm what is ahead of them',
    `asOf === null || asOf.version > this.stream.appliedVersion`,
    `asOf === null`,
  ),
  cache(
    'load-confirmed values are confirmed by the counter',
    `isCounted ? reloadAfterMs : 0`,
    `reloadAfterMs`,
  ),
  cache(
    'the counter confirms for ever',
    `isCounted ? reloadAfterMs : 0`,
    `isCounted ? Number.MAX_SAFE_INTEGER : 0`,
  ),
  cache(
    'backstop never reloads',
    `return this.clock.now() - entry.confirmedAt >= this.counterConfirmsForMs;`,
    `return false;`,
  ),
  cache(
    'a fold lowers what is ahead',
    `entry.asOf.version < asOf.version && this.prove(entry)`,
    `this.prove(entry)`,
  ),
  cache(
    'a fold lifts what is not proven',
    `entry.asOf.version < asOf.version && this.prove(entry)`,
    `entry.asOf.version < asOf.version`,
  ),
  cache(
    'what a load read at is not told',
    `    if (entry.asOf !== null && this.counterConfirmsForMs > 0) this.stream.saw(entry.asOf);`,
  ),
  cache(
    'a confirmation in the future is believed',
    `confirmedAt > now ? now - Math.min(maxAgeMs, Number.MAX_SAFE_INTEGER) : confirmedAt`,
    `confirmedAt`,
  ),
  cache('an absence is served stale', `    if (entry.absent) return null;`),
  cache('a load that was under way undoes an invalidation', `entry.confirmedAt < held.revokedAt`, `false`),
  cache(
    'the counter vouches for what is superseded beyond its word',
    `Math.min(counter, load + this.counterConfirmsForMs)`,
    `counter`,
  ),
  cache(
    'the hour of a value from elsewhere is when it came',
    `if (this.stream === noStream || this.counterConfirmsForMs > 0) return undefined;`,
    `return undefined;`,
  ),

  loader('single flight off', `    if (running !== undefined) return running;`),
  loader(
    'back-off never reset by a success',
    `      this.failing.delete(key);\n      this.compare`,
    `      this.compare`,
  ),
  loader(
    'back-off never reset by the feed',
    `      failure.retryAt = Math.min(failure.retryAt, now + this.random() * recoverySpreadMs);`,
  ),
  loader('a failure is counted on after the origin is back', `      failure.failures = 0;`),
  loader(
    'loads behind uncapped',
    `this.running.has(key) || this.behind >= maxLoadsBehind`,
    `this.running.has(key)`,
  ),
  loader(
    'loads behind are counted for ever',
    `const settle = () => void this.behind--;`,
    `const settle = () => undefined;`,
  ),
  loader(
    'all load at once when a lineage changes',
    `this.options.clock.now() + this.random() * recoverySpreadMs;\n  }\n\n  /** The origin is known`,
    `0;\n  }\n\n  /** The origin is known`,
  ),
  loader('a load confirms as of its end', `confirmedAt: startedAt`, `confirmedAt: clock.now()`),
  loader(
    'a value from elsewhere is as of the end of its load',
    `const asOf = cache.asOfNow();\n    try {\n      const loaded = { ...(asOf && { asOf }), ...(await this.withinDeadline(key, changedScopes)) };`,
    `try {\n      const found = await this.withinDeadline(key, changedScopes);\n      const asOf = cache.asOfNow();\n      const loaded = { ...(asOf && { asOf }), ...found };`,
  ),
  loader('other content at the same point is not told', `      this.compare(key, loaded);`),
  loader(
    'no hard timeout',
    `await Promise.race([origin.load(key, request), deadline])`,
    `await origin.load(key, request)`,
  ),

  reader(
    'minVersion ignored',
    `return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;`,
    `return wanted.version >= 0;`,
  ),
  reader(
    'minVersion compared across epochs',
    `return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;`,
    `return asOf != null && asOf.version >= wanted.version;`,
  ),
  reader(
    'what is due for a reload is not loaded',
    `if (this.cache.isDueForReload(key) && this.loader.retryInMs(key) === 0) this.loader.loadBehind(key);`,
  ),
];
