const on = (file, name, text, replacement = '') => ({ name, file, edits: [[text, replacement]] });
const cache = (...mutant) => on('src/core/cache/stale-while-revalidate-cache.ts', ...mutant);
const judge = (...mutant) => on('src/core/cache/entry-judge.ts', ...mutant);
const scopes = (...mutant) => on('src/core/cache/cache-scopes.ts', ...mutant);
const supersedes = (...mutant) => on('src/core/tiers/supersedes.ts', ...mutant);
const mirrors = (...mutant) => on('src/core/tiers/mirrors.ts', ...mutant);
const form = (...mutant) => on('src/core/tiers/entry-form.ts', ...mutant);
const shared = (...mutant) => on('src/core/tiers/shared-load.ts', ...mutant);
const keepLease = (...mutant) => on('src/core/tiers/keep-lease.ts', ...mutant);

/** What other processes stored, and what is loaded once for all of them. */
export const tierMutants = [
  judge(
    'no log check at promotion',
    `    if (isPromoted && (asOf === null || !stream.isInLog(asOf))) return false;\n`,
  ),
  judge(
    'what is promoted is never proven',
    `if (isPromoted && (asOf === null || !stream.isInLog(asOf)))`,
    `if (isPromoted)`,
  ),
  judge('what the log has shown has to be shown again', `      entry.isPromoted = false;\n`),
  judge(
    'what is ahead of the polls counts as shown',
    `entry.asOf === null || entry.asOf.version <= stream.appliedVersion`,
    `true`,
  ),
  judge('what was purged is served stale', `      if (this.isPurged(entry)) return null;\n`),
  judge('pinned values are purged', `asOf === null || this.isPinned || !`, `asOf === null || !`),
  judge(
    'implicit scopes are not checked',
    `return this.namespace === null || stream.isProvenCurrent(asOf, cacheScopes(this.namespace, entry.key));`,
    `return true;`,
  ),
  judge(
    'implicit scopes are not purged',
    `return this.namespace === null ? scopes : [...scopes, ...cacheScopes(this.namespace, key)];`,
    `return this.namespace === key ? cacheScopes(key, key) : scopes;`,
  ),
  scopes('a prefix is no scope', `    scopes.push(prefixScope(namespace, key.slice(0, end + 1)));\n`),
  scopes('any prefix will do', `if (!prefix.endsWith(delimiter))`, `if (prefix.length < 0)`),
  cache('a purge is not applied on promotion', `    if (this.isPurged(entry)) return null;\n`),
  cache(
    'a value is given up for an absence that is no answer',
    `if (isAbsent && held?.absent === false && this.describe(entry) === null) return held;`,
    `if (held === null) return held;`,
  ),
  cache('a late load is stored after a purge', `    if (this.isPurged(entry)) return entry;\n`),
  cache(
    'promoted points are not told',
    `this.judge.counterConfirmsForMs > 0 || entry.isPromoted`,
    `this.judge.counterConfirmsForMs > 0`,
  ),

  supersedes(
    'no set-if-newer in tiers',
    `    if (candidate.asOf.version !== held.asOf.version) return candidate.asOf.version > held.asOf.version;\n`,
  ),
  supersedes('left is ignored', `!held.left.includes(candidate.asOf.epoch)`, `true`),
  supersedes('another epoch never replaces', `!held.left.includes(candidate.asOf.epoch)`, `false`),
  supersedes(
    'at the same version the earlier confirmation replaces',
    `candidate.confirmedAt >= held.confirmedAt`,
    `true`,
  ),

  form('epochs left are not told', `left: cache.epochsLeft.slice(-maxEpochsTold)`, `left: []`),
  cache('epochs that others left are not heard of', `    this.stream.leave(left);\n`),
  mirrors(
    'a refused write tells nothing',
    `      if (outcome === 'older') await this.look(tier, entry.key);\n`,
  ),
  form('the first epochs left are told', `slice(-maxEpochsTold)`, `slice(0, maxEpochsTold)`),
  mirrors('personal data is read at a cold start', `    if (personal && !cache.knowsPurges) return [];\n`),
  mirrors(
    'Redis is used though it is switched off',
    `return switches.redis ? tiers : tiers.filter`,
    `return tiers ?? tiers.filter`,
  ),
  mirrors('a later form of a value is read', `this.form.isOfLaterSchema(stored) || `),
  mirrors(
    'absences are promoted though they are switched off',
    ` || (stored.absent && !switches.negativeResults)`,
  ),
  mirrors(
    'absences are stored though they are switched off',
    ` && (!entry.absent || switches.negativeResults)`,
  ),
  mirrors('what was purged stays in the tier', `    if (entry === null) void this.deleteFrom(tier, key);\n`),
  mirrors(
    'what was purged on its way to a tier stays there',
    `      if (outcome === 'stored' && cache.isPurged(entry)) await tier.delete(namespace, entry.key);\n`,
  ),
  form(
    'a confirmation is told on the timeline of the process',
    `confirmedAt: now - (clock.now() - entry.confirmedAt)`,
    `confirmedAt: entry.confirmedAt`,
  ),
  form(
    'a wall clock that was set back makes a value younger',
    `Math.min(confirmedAt, clock.now() - (clock.wall() - confirmedAt))`,
    `clock.now() - (clock.wall() - confirmedAt)`,
  ),
  mirrors('pinned values on disk end by time', `pinned && tier.name === 'disk' ? null : usualMs`, `usualMs`),
  mirrors('every caller looks for itself', `      this.finding.set(key, finding);\n`),
  mirrors('other content in a tier is not told', `cache.contradicts(key, value, asOf)`, `asOf.version < 0`),

  shared(
    'the lease is released before there is something to find',
    `void mirrors.share(entry).then(`,
    `void mirrors.share(entry);\n      void Promise.resolve().then(`,
  ),
  shared('the lease is kept', `void mirrors.share(entry).then(`, `void mirrors.share(entry).catch(`),
  shared(
    'a failure keeps the lease',
    `      void this.release(lease);\n      throw error;`,
    `      throw error;`,
  ),
  shared('what others loaded is not looked for', `await mirrors.findShared(key)`, `null as Found<T> | null`),
  shared('a lease that is not needed is kept', `          void lease?.release();\n`),
  shared(
    'a waiter calls the origin past its cap',
    `throw new LoadedElsewhereError(namespace, clock.now() - startedAt);`,
    `return await this.loadAlone(request);`,
  ),
  shared(
    'nobody loads while the lock cannot be reached',
    `if (lease === undefined) return await this.loadAlone(request);`,
    `if (lease === undefined) return null;`,
  ),
  shared('a refresh waits for another process', `        if (!request.isAwaited()) return null;\n`),
  shared(
    'waiters are not woken',
    `      void released.then(() => {\n        cancel();\n        resolve();\n      });\n`,
  ),
  shared(
    'what others loaded ahead of the polls is loaded again',
    `    if (cache.isAhead(entry)) return true;\n`,
  ),
  shared('anything that others have will do', `return isNew && !cache.isRefuted(entry);`, `return true;`),
  shared(
    'what others loaded meanwhile is never enough',
    `return isNew && !cache.isRefuted(entry);`,
    `return false;`,
  ),
  shared(
    'a load alone is not mirrored',
    `    void this.options.mirrors.mirror(entry);\n    return { entry`,
    `    return { entry`,
  ),
  keepLease(
    'a lease is not renewed',
    `await lease.renew(ttlMs).catch(() => true)`,
    `await Promise.resolve(true)`,
  ),
  keepLease('a lease is renewed for ever', `    isKept = false;\n    cancel();\n`),
];
