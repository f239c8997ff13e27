import type { CatalogEvent } from './catalog-event.js';
import type { ViewName } from './catalog-keys.js';
import type { Book, Publisher, ViewData } from './catalog-view.js';

/**
 * What views depend on. An entity's own scope is carried by every view that contains it; the others say which views an
 * entity may come into, or leave with its publisher.
 */
const catalogScopes = {
  publisher: (id: string) => `publisher:${id}`,
  book: (id: string) => `book:${id}`,
  /** Which publishers there are. */
  publishers: 'publishers',
  /** Which books there are. */
  books: 'books',
  /** Which books a publisher has. */
  booksOf: (publisherId: string) => `books-of:${publisherId}`,
  /** As that, of every publisher: for events that do not tell whose book it is. */
  booksOfAny: 'books-of-any',
  /** Whatever is told of the books of a publisher, who may take them along. */
  ofPublisher: (publisherId: string) => `of-publisher:${publisherId}`,
} as const;

const { publisher, book, publishers, books, booksOf, booksOfAny, ofPublisher } = catalogScopes;

/** Event → scopes (CT-3): the one table of what an event may have changed. */
const changedBy: Readonly<Record<CatalogEvent['event'], (event: CatalogEvent) => readonly string[]>> = {
  'publisher.created': ({ id }) => [publisher(id), publishers, booksOf(id), ofPublisher(id)],
  'publisher.updated': ({ id }) => [publisher(id), publishers],
  'publisher.deleted': ({ id }) => [publisher(id), publishers, booksOf(id), books, ofPublisher(id)],
  'book.created': bookScopes,
  'book.updated': bookScopes,
  'book.deleted': bookScopes,
};

function bookScopes({ id, publisherId }: CatalogEvent): readonly string[] {
  return [book(id), books, publisherId === null ? booksOfAny : booksOf(publisherId)];
}

export const scopesOfEvent = (event: CatalogEvent): readonly string[] => changedBy[event.event](event);

const ofBook = ({ id, publisher_id, publisher: told }: Book): string[] => [
  book(id),
  ofPublisher(publisher_id),
  ...(told ? [publisher(told.id)] : []),
];

/** The scopes of a view by what is in it; `null` where the content service said that there is none. */
export function scopesOfView(view: ViewName, data: ViewData | null): readonly string[] {
  switch (view.kind) {
    case 'publishers':
      return [publishers, ...((data ?? []) as readonly Publisher[]).map(({ id }) => publisher(id))];
    case 'publisher':
    case 'logo':
      return [publisher(view.id)];
    case 'books':
      return distinct([books, ...((data ?? []) as readonly Book[]).flatMap(ofBook)]);
    case 'publisher-books':
      return distinct([
        booksOf(view.id),
        booksOfAny,
        publisher(view.id),
        ...((data ?? []) as readonly Book[]).flatMap(ofBook),
      ]);
    case 'book':
      return data === null ? [book(view.id)] : distinct(ofBook(data as Book));
    case 'book-config':
      return [book(view.id)];
  }
}

const distinct = (scopes: readonly string[]): readonly string[] => [...new Set(scopes)];
