const on = (file, specs, name, text, replacement = '') => ({
  name,
  file,
  specs,
  edits: [[text, replacement]],
});
const signals = (file, ...rest) => on(`src/features/signals/${file}`, ...rest);
const property = 'test/signals-limits.property';
const reading = [property, 'test/signals-require', 'test/signals-reading', 'src/features/signals/reading'];
const records = [property, 'src/features/signals/records'];

/** What keeps a value that is past its limit from an inference, and private addresses from being asked. */
export const signalMutants = [
  signals(
    'reading/signal-reads.ts',
    reading,
    'a value of exactly its limit is at hand',
    'if (!(read.age < limitMs)) return null;',
    'if (!(read.age <= limitMs)) return null;',
  ),
  signals(
    'reading/signal-reads.ts',
    reading,
    'what was waited for is not looked at again',
    ' && signal.ageMs < signal.limitMs',
  ),
  signals(
    'reading/signal-reads.ts',
    reading,
    'a reader may widen the limit',
    'const limitMs = Math.min(entry.value.ttl_ms, type.ttlMs, maxAgeMs);',
    'const limitMs = maxAgeMs === Infinity ? Math.min(entry.value.ttl_ms, type.ttlMs) : maxAgeMs;',
  ),
  signals(
    'reading/kept-signal.ts',
    reading,
    'a signal is valid at the very end of its limit',
    'return now < this.validUntilAt;',
    'return now <= this.validUntilAt;',
  ),
  signals(
    'reading/gather-signals.ts',
    reading,
    'what expired while others were waited for is given',
    'const late = signals.filter((signal) => !signal.isValidAt(at));',
    'const late = [];',
  ),
  signals(
    'reading/inference-inputs.ts',
    reading,
    'nothing is looked at before it is used',
    'if (this.options.clock.now() >= this.validUntilAt) this.assert(this.kept);',
  ),
  signals(
    'records/facts-of.ts',
    records,
    'a value is as young as its load',
    'confirmedAt: now - ageMs',
    'confirmedAt: now',
  ),
  signals(
    'records/observation-of.ts',
    records,
    'a source that is ahead of us is believed',
    'if (aheadMs > toleratedSkewMs) {',
    'if (aheadMs > 1e15) {',
  ),
  signals(
    'records/limit-of.ts',
    records,
    'odds of before the start outlive the limit in play',
    'limitMs = Math.min(limitMs, Math.max(step.ttlMs, beginsAfterMs));',
    'if (beginsAfterMs <= 0) limitMs = Math.min(limitMs, step.ttlMs);',
  ),
  signals(
    'pushing/read-push.ts',
    ['src/features/signals/pushing', 'test/signals-push'],
    'a push that is too old is taken',
    'if (ageMs >= record.ttl_ms) throw',
    'if (ageMs >= 1e15) throw',
  ),
  signals(
    'pushing/signal-pushes.service.ts',
    ['src/features/signals/pushing', 'test/signals-pushing'],
    'what another replica was given later is not looked for',
    'await mirrors.findAll(key);',
  ),
  signals(
    'sourcing/record-of-answer.ts',
    ['src/features/signals/sourcing', 'test/signal-sources'],
    'a 304 makes a value younger that tells its own moment',
    'if (type.observedAt === null)',
    'if (type.observedAt === null || value !== undefined)',
  ),
  on(
    'src/adapters/http/guarded-connector.ts',
    ['src/adapters/http'],
    'where a name leads is not looked at',
    'for (const address of addresses) check(host, address);',
  ),
  on(
    'src/adapters/http/guarded-connector.ts',
    ['src/adapters/http'],
    'a name is asked for twice',
    ', lookup: lookupOf(addresses)',
  ),
  on(
    'src/core/tiers/mirrors.ts',
    [property, 'src/core/tiers'],
    'clocks are believed before what Redis counted down',
    'leftMs === undefined ? null : { leftMs, askedAt }',
    'leftMs === undefined ? null : null',
  ),
  on(
    'src/core/cache/entry-order.ts',
    [property, 'src/core/cache'],
    'an older observation of a later version stands',
    "if (this.newestBy === 'version') return",
    "if (this.newestBy !== 'neither') return",
  ),
];
