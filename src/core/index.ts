export {
  StaleWhileRevalidateCache,
  type EntryMap,
  type SetFacts,
} from './cache/stale-while-revalidate-cache.js';
export { ReadResult, type Reason, type Source } from './cache/read-result.js';
export { Entry } from './cache/entry.js';
export type { Clock, CancelTimer } from './clock.js';
export { wholeStream } from './coherence/apply-reply.js';
export type { AsOf } from './coherence/as-of.js';
export type { Change, ChangeFeed, PollReply } from './coherence/change-feed.js';
export { PinnedKey, type Pinned } from './coherence/pinned.js';
export { Stream } from './coherence/stream.js';
export { StreamFollower } from './coherence/stream-follower.js';
export { AppError } from './errors/app-error.js';
export { TooStaleError } from './errors/too-stale.error.js';
export { UnavailableError } from './errors/unavailable.error.js';
export type { LastgoodEvent, Report } from './events.js';
export { Loader } from './load/loader.js';
export type { Loaded, LoadRequest, Origin } from './load/origin.js';
export { Reader } from './load/reader.js';
export { band, type Band } from './policy/band.js';
export { resolvePolicy, type Limit, type Policy, type ResolvedPolicy } from './policy/policy.js';
