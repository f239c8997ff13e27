import { z } from 'zod';
import { catalogId } from './catalog-id.js';
import { catalogKeys } from './catalog-keys.js';

export const eventNames = [
  'publisher.created',
  'publisher.updated',
  'publisher.deleted',
  'book.created',
  'book.updated',
  'book.deleted',
] as const;

/** "Look again": what it says of the entity itself is not believed (CT-5). */
export interface CatalogEvent {
  readonly event: (typeof eventNames)[number];
  /** Of the publisher or book. */
  readonly id: string;
  /** Whose book it is, where that was told. */
  readonly publisherId: string | null;
}

/** What is sent (CT-4); fields beyond these are not looked at. */
export const eventPayload = z
  .looseObject({
    event: z.enum(eventNames, { error: `one of ${eventNames.join(', ')}` }),
    timestamp: z.iso.datetime({ offset: true, error: 'an ISO 8601 moment' }),
    data: z.looseObject({ id: catalogId, publisher_id: catalogId.nullish() }),
  })
  .transform(({ event, timestamp, data }) => ({
    event: { event, id: data.id, publisherId: data.publisher_id ?? null } satisfies CatalogEvent,
    timestamp,
  }));

/** The views that an event is surely about, by its own words; others it may touch are found by their scopes. */
export function keysOfEvent({ event, id, publisherId }: CatalogEvent): readonly string[] {
  if (event.startsWith('publisher.'))
    return [
      catalogKeys.publisher(id),
      catalogKeys.publishers,
      catalogKeys.logo(id),
      catalogKeys.publisherBooks(id),
    ];
  return [
    catalogKeys.book(id),
    catalogKeys.bookConfig(id),
    catalogKeys.books,
    ...(publisherId === null ? [] : [catalogKeys.publisherBooks(publisherId)]),
  ];
}
