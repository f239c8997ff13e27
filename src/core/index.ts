export { StaleWhileRevalidateCache } from './cache/stale-while-revalidate-cache.js';
export type { CacheOptions, SetFacts } from './cache/cache-options.js';
export type { EntryMap } from './cache/entry-map.js';
export type { NewestBy } from './cache/newest-by.js';
export { quickToAwait } from './cache/quick-to-await.js';
export { ReadResult, reasons, sources, type Reason, type Source } from './cache/read-result.js';
export { Entry } from './cache/entry.js';
export type { Clock, CancelTimer } from './clock.js';
export { wholeStream } from './coherence/stream-state.js';
export type { AsOf } from './coherence/as-of.js';
export type { Change, ChangeFeed, PollReply } from './coherence/change-feed.js';
export { PinnedKey, type Dependent, type Pinned } from './coherence/pinned.js';
export { parsePoint, renderPoint, type Point } from './coherence/point.js';
export { Stream } from './coherence/stream.js';
export { StreamFollower } from './coherence/stream-follower.js';
export { AppError } from './errors/app-error.js';
export { capFaults } from './errors/cap-faults.js';
export { NamespaceFrozenError } from './errors/namespace-frozen.error.js';
export { TierUnavailableError } from './errors/tier-unavailable.error.js';
export { TooStaleError } from './errors/too-stale.error.js';
export { UnavailableError } from './errors/unavailable.error.js';
export { VersionNotReachedError } from './errors/version-not-reached.error.js';
export type { LastgoodEvent, Report } from './events.js';
export { takeToken } from './limit/take-token.js';
export type { BucketRate, Taken, TokenBucket } from './limit/token-bucket.js';
export { Loader, type LoaderOptions } from './load/loader.js';
export type { Loaded, LoadRequest, Origin } from './load/origin.js';
export { Reader, type Put } from './load/reader.js';
export { settlesWithin } from './load/settles-within.js';
export { untilAborted } from './load/until-aborted.js';
export { decodeEnvelope, encodeEnvelope, type DecodeLimits } from './tiers/envelope.js';
export { EnvelopeError, type EnvelopeFault } from './tiers/envelope.error.js';
export type { MirrorsOptions } from './tiers/mirrors-options.js';
export { Mirrors } from './tiers/mirrors.js';
export { SharedLoad } from './tiers/shared-load.js';
export { everythingOn, type Switches } from './tiers/switches.js';
export { plainJson, type ValueCodec } from './tiers/value-codec.js';
export {
  cacheScopes,
  keyScope,
  namespaceScope,
  parseCacheScope,
  type CacheScope,
  prefixScope,
} from './cache/cache-scopes.js';
export type { Lease, Lock, LockKind, LockName, Wait } from './tiers/lock.js';
export type { StoredEntry } from './tiers/stored-entry.js';
export { supersedes } from './tiers/supersedes.js';
export type {
  GetOptions,
  HeldEntry,
  SetOptions,
  SetOutcome,
  Tier,
  TierName,
  TierUsage,
} from './tiers/tier.js';
export { band, type Band } from './policy/band.js';
export { resolvePolicy, type Limit, type Policy, type ResolvedPolicy } from './policy/policy.js';
export { spreadMaxAge } from './policy/spread-max-age.js';
