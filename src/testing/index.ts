export type { CatalogBookRecord, CatalogRecord } from './catalog-content.js';
export type { CatalogMisbehaviour } from './catalog-misbehaviour.js';
export {
  CatalogUpstream,
  type CatalogRequest,
  type CatalogScope,
  type CatalogUpstreamOptions,
} from './catalog-upstream.js';
export { Chaos, type Mishap } from './chaos.js';
export { ChaosChangeFeed } from './chaos-change-feed.js';
export { ChaosLock } from './chaos-lock.js';
export { ChaosOrigin } from './chaos-origin.js';
export { ChaosTier } from './chaos-tier.js';
export { FakeChangeFeed } from './fake-change-feed.js';
export { FakeDatabase, type DatabaseMoment, type RowChanges } from './fake-database.js';
export { FakeLock } from './fake-lock.js';
export { FakeOrigin } from './fake-origin.js';
export { FakeTier } from './fake-tier.js';
export { FakeTokenBucket } from './fake-token-bucket.js';
export type { FaultMode } from './fault-mode.js';
export type { FeedArticle } from './feed-article.js';
export type { FeedMisbehaviour } from './feed-misbehaviour.js';
export type { FeedRequest } from './feed-request.js';
export { FeedUpstream, type FeedScope, type FeedUpstreamOptions } from './feed-upstream.js';
export type { FeedFormat } from './render-feed.js';
export type { LlmMisbehaviour } from './llm-misbehaviour.js';
export { LlmUpstream, type LlmUpstreamOptions, type MisbehaviourScope } from './llm-upstream.js';
export type { LlmUpstreamCall } from './llm-upstream-call.js';
export { signLegacyWebhook } from './sign-legacy-webhook.js';
export { signWebhook, type SignedWebhook, type WebhookSigning } from './sign-webhook.js';
export { simulatedLessonModel } from './simulated-lesson-model.js';
export { TcpFaultProxy } from './tcp-fault-proxy.js';
export { VirtualClock } from './virtual-clock.js';
