import type { Point } from '../../../../core/index.js';
import type { CatalogEvent } from '../../views/catalog-event.js';

/** An event that was signed, as it is kept. */
export interface SignedEvent {
  /** Of the webhook. */
  readonly id: string;
  readonly event: CatalogEvent;
  /** When it happened, by its sender (ms since 1970). */
  readonly sentAt: number;
}

/** What became of it. */
export interface KeptWebhook {
  readonly status: 'accepted' | 'duplicate';
  /** Who has applied this has applied the event. */
  readonly point: Point;
}
