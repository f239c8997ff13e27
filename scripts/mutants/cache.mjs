const on = (file, name, text, replacement = '') => ({ name, file, edits: [[text, replacement]] });
const cache = (...mutant) => on('src/core/cache/stale-while-revalidate-cache.ts', ...mutant);
const judge = (...mutant) => on('src/core/cache/entry-judge.ts', ...mutant);
const merge = (...mutant) => on('src/core/cache/merge-entry.ts', ...mutant);
const loader = (...mutant) => on('src/core/load/loader.ts', ...mutant);
const failures = (...mutant) => on('src/core/load/failures.ts', ...mutant);
const refreshes = (...mutant) => on('src/core/load/refreshes.ts', ...mutant);
const places = (...mutant) => on('src/core/load/places.ts', ...mutant);
const deadline = (...mutant) => on('src/core/load/deadline.ts', ...mutant);
const stricter = (...mutant) => on('src/core/load/stricter-reads.ts', ...mutant);
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
    `if (candidate.asOf.epoch === held.asOf.epoch) {`,
    `if (candidate.asOf.epoch !== held) {`,
  ),
  merge('the current epoch is not preferred', `      if (candidate.asOf.epoch === epoch) return true;\n`),
  merge('what is of the current epoch is replaced', `      if (held.asOf.epoch === epoch) return false;\n`),
  merge(
    'epochs that were left are as good as others',
    `      if (isHeldOver !== abandoned.has(candidate.asOf.epoch)) return isHeldOver;\n`,
  ),
  merge(
    'epochs that were left have no order',
    `      if (isHeldOver) return isLeftLater(abandoned, candidate.asOf.epoch, held.asOf.epoch);\n`,
  ),
  merge('at the same version the earlier load stays', `candidate.confirmedAt >= held.confirmedAt`, `false`),

  judge(
    'a value is not checked when it is stored',
    `if (entry.generation !== this.stream.generation && !this.prove(entry))`,
    `if (entry.generation >= 0 && entry.generation !== this.stream.generation && !this.prove(entry))`,
  ),
  judge(
    'polls confirm what is ahead of them',
    `asOf === null || asOf.version > this.stream.appliedVersion`,
    `asOf === null`,
  ),
  judge(
    'load-confirmed values are confirmed by the counter',
    `isCounted ? reloadAfterMs : 0`,
    `reloadAfterMs`,
  ),
  judge(
    'the counter confirms for ever',
    `isCounted ? reloadAfterMs : 0`,
    `isCounted ? Number.MAX_SAFE_INTEGER : 0`,
  ),
  cache(
    'backstop never reloads',
    `return this.clock.now() - entry.confirmedAt >= counterConfirmsForMs;`,
    `return false;`,
  ),
  cache(
    'a fold lowers what is ahead',
    `entry.asOf.version < asOf.version && this.judge.prove(entry)`,
    `this.judge.prove(entry)`,
  ),
  cache(
    'a fold lifts what is not proven',
    `entry.asOf.version < asOf.version && this.judge.prove(entry)`,
    `entry.asOf.version < asOf.version`,
  ),
  cache('what a load read at is not told', `    if (asOf !== null && isFromDatabase) this.stream.saw(asOf);`),
  cache(
    'a confirmation in the future is believed',
    `confirmedAt > now ? now - Math.min(maxAgeMs, Number.MAX_SAFE_INTEGER) : confirmedAt`,
    `confirmedAt`,
  ),
  judge('an absence is served stale', `    if (entry.absent) return null;`),
  cache('a load that was under way undoes an invalidation', `entry.confirmedAt < held.revokedAt`, `false`),
  judge(
    'the counter vouches for what is superseded beyond its word',
    `Math.min(counter, load + this.counterConfirmsForMs)`,
    `counter`,
  ),
  cache(
    'the hour of a value from elsewhere is when it came',
    `if (!this.judge.hasStream || this.judge.counterConfirmsForMs > 0) return undefined;`,
    `return undefined;`,
  ),

  loader(
    'single flight off',
    `      if (!manner.behind) running.isAwaited = true;\n      return running;`,
    `      if (!manner.behind) running.isAwaited = true;`,
  ),
  loader(
    'back-off never reset by a success',
    `    this.failures.forget(key);\n    this.compare`,
    `    this.compare`,
  ),
  failures(
    'back-off never reset by the feed',
    `      failure.retryAt = Math.min(failure.retryAt, now + this.random() * recoverySpreadMs);`,
  ),
  failures('a failure is counted on after the origin is back', `      failure.failures = 0;`),
  refreshes('loads behind uncapped', `this.running < maxAtOnce && `),
  refreshes(
    'loads behind are counted for ever',
    `        this.running--;\n        if (this.isFailing) this`,
    `        if (this.isFailing) this`,
  ),
  refreshes(
    'refreshes that fail are counted for ever',
    `        this.running--;\n        if (error instanceof`,
    `        if (error instanceof`,
  ),
  refreshes(
    'all keys are refreshed at once when the origin answers again',
    `        if (this.isFailing) this.recoveredAt = this.options.clock.now();\n`,
  ),
  refreshes('a refresh is tried again for ever', `if (attempt < attempts)`, `if (attempt > 0)`),
  refreshes(
    'a refresh that another process runs counts as done',
    `this.tell('skipped');`,
    `this.tell('succeeded');`,
  ),
  refreshes(
    'what another process refreshes is asked for at once',
    `now < (this.elsewhere.get(key) ?? now) || `,
  ),
  loader(
    'all load at once when a lineage changes',
    `this.refreshes.pauseUntil(this.options.clock.now() + this.random() * recoverySpreadMs);`,
  ),
  loader('a load confirms as of its end', `confirmedAt: startedAt`, `confirmedAt: clock.now()`),
  loader(
    'a value from elsewhere is as of the end of its load',
    `const loaded = { ...(asOf && { asOf }), ...(await deadline.limit(() => origin.load(key, request))) };`,
    `const found = await deadline.limit(() => origin.load(key, request));\n    const later = asOf && cache.asOfNow();\n    const loaded = { ...(later && { asOf: later }), ...found };`,
  ),
  loader('other content at the same point is not told', `    this.compare(key, loaded);`),
  places('any number of loads at once', `if (this.taken >= this.most) return this.wait(deadline);`),
  places('who gave up keeps a place', `if (!this.waiting.delete(go)) this.leave();`),
  places('a place is never passed on', `    this.waiting.delete(next);\n    next();\n`),
  loader('a load that is over keeps its place', `      this.places.leave();\n`),
  deadline('no hard timeout', `return Promise.race([work(), this.passed]);`, `return work();`),
  loader(
    'what was purged while it was being loaded is answered',
    `      if (!this.options.cache.isPurged(entry)) return entry;\n      const`,
    `      if (entry !== null) return entry;\n      const`,
  ),
  loader(
    'what was purged twice while it was being loaded is answered',
    `    if (!this.options.cache.isPurged(again)) return again;\n`,
    `    if (again !== null) return again;\n`,
  ),

  stricter(
    'minVersion ignored',
    `return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;`,
    `return wanted.version >= 0;`,
  ),
  stricter(
    'minVersion compared across epochs',
    `return asOf != null && asOf.epoch === wanted.epoch && asOf.version >= wanted.version;`,
    `return asOf != null && asOf.version >= wanted.version;`,
  ),
  stricter(
    'what a tier has is served below minVersion',
    `asOf?.epoch === wanted.epoch && asOf.version < wanted.version`,
    `asOf === undefined`,
  ),
  reader(
    'what is due for a reload is not loaded',
    `if (this.cache.isDueForReload(key) && this.loader.failures.retryInMs(key) === 0)\n      this.loader.refreshes.start(key);`,
  ),
];
