const upstreamResults = [
  'ok',
  'not-found',
  'unauthorized',
  'status',
  'invalid',
  'timeout',
  'network',
  'not-tried',
] as const;
const webhookResults = [
  'accepted',
  'duplicate',
  'unsigned',
  'wrong-signature',
  'wrong-time',
  'invalid',
  'unavailable',
] as const;

/** `status`: another one than those; `not-tried`: the breaker was open. */
export type UpstreamResult = (typeof upstreamResults)[number];
export type WebhookResult = (typeof webhookResults)[number];

const zeros = <K extends string>(names: readonly K[]): Record<K, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;

/** Since the process began; read where they are asked for. */
export class CatalogCounters {
  readonly upstream: Record<UpstreamResult, number> = zeros(upstreamResults);
  readonly webhooks: Record<WebhookResult, number> = zeros(webhookResults);
}
