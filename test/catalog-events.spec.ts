import { eventNames, type CatalogEvent } from '../src/features/catalog/views/catalog-event.js';
import { catalogKeys, parseCatalogKey } from '../src/features/catalog/views/catalog-keys.js';
import { scopesOfEvent, scopesOfView } from '../src/features/catalog/views/catalog-scopes.js';
import type { ViewData } from '../src/features/catalog/views/catalog-view.js';

const ids = ['1', '10', '100'];
/** Each publisher has the book of its own id, and publisher 1 book 11 as well. */
const publishers = ids.map((id) => ({ id, name: `publisher ${id}` }));
const books = [...ids, '11'].map((id) => ({ id, publisher_id: id === '11' ? '1' : id, title: `book ${id}` }));
const told = books.map((book) => ({
  ...book,
  publisher: publishers.find(({ id }) => id === book.publisher_id)!,
}));

/** Every view that there is of these, and of what does not exist. */
function views(all: typeof books): Map<string, ViewData | null> {
  return new Map<string, ViewData | null>([
    [catalogKeys.publishers, publishers],
    [catalogKeys.books, all],
    ...publishers.flatMap(
      (publisher) =>
        [
          [catalogKeys.publisher(publisher.id), publisher],
          [catalogKeys.logo(publisher.id), { contentType: 'image/png', base64: '' }],
          [
            catalogKeys.publisherBooks(publisher.id),
            all.filter(({ publisher_id: of }) => of === publisher.id),
          ],
        ] as const,
    ),
    ...all.flatMap(
      (book) =>
        [
          [catalogKeys.book(book.id), book],
          [catalogKeys.bookConfig(book.id), { book_id: book.id }],
        ] as const,
    ),
    [catalogKeys.publisher('9'), null],
    [catalogKeys.logo('9'), null],
    [catalogKeys.publisherBooks('9'), null],
    [catalogKeys.book('9'), null],
    [catalogKeys.bookConfig('9'), null],
  ]);
}

/** What an event makes stale, said once more in other words: by what a view shows. */
function staleAfter({ event, id, publisherId }: CatalogEvent, all: typeof books): string[] {
  const isTold = all === told;
  const [subject, verb] = event.split('.') as ['publisher' | 'book', 'created' | 'updated' | 'deleted'];
  return [...views(all).keys()].filter((key) => {
    const { kind } = parseCatalogKey(key)!;
    const of = key.split(':').at(-1)!;
    const book = all.find((each) => each.id === of);
    const ofPublisher = all.filter((each) => each.publisher_id === of);
    if (subject === 'book') {
      if (kind === 'books') return true;
      if (kind === 'book' || kind === 'book-config') return of === id;
      // Whose list it comes into, or every list where that was not told; and those that it is in.
      if (kind === 'publisher-books')
        return publisherId === null || of === publisherId || ofPublisher.some((each) => each.id === id);
      return false;
    }
    if (kind === 'publishers') return true;
    if (kind === 'publisher' || kind === 'logo') return of === id;
    if (kind === 'publisher-books') return of === id;
    // Its books may come and go with it; what is told of it in them changes with it.
    const mayBring = verb !== 'updated' || isTold;
    if (kind === 'books') return verb === 'deleted' || (mayBring && ids.includes(id));
    if (kind === 'book') return book?.publisher_id === id && mayBring;
    return false;
  });
}

describe('what an event makes stale (CT-3)', () => {
  const events = eventNames.flatMap((event) =>
    [...ids, '9', '11'].flatMap((id) =>
      [null, ...ids, '9'].map((publisherId): CatalogEvent => ({ event, id, publisherId })),
    ),
  );

  it.each([
    ['as they are', books],
    ['with their publisher', told as typeof books],
  ])('is every view that shows it or may come to, and no other, with books told %s', (_, all) => {
    for (const event of events) {
      const marked = new Set(scopesOfEvent(event));
      const stale = [...views(all)]
        .filter(([key, data]) => scopesOfView(parseCatalogKey(key)!, data).some((scope) => marked.has(scope)))
        .map(([key]) => key);
      expect({ ...event, stale }).toEqual({ ...event, stale: staleAfter(event, all) });
    }
  });

  it('of id 1 leaves what is of 10 or 100 alone, and the other way round (CT-2)', () => {
    for (const event of events) {
      const marked = new Set(scopesOfEvent(event));
      for (const id of ids.filter((each) => each !== event.id && each !== event.publisherId)) {
        const alone = [catalogKeys.publisher(id), catalogKeys.logo(id), catalogKeys.bookConfig(id)];
        for (const key of alone) {
          const scopes = scopesOfView(parseCatalogKey(key)!, views(books).get(key)!);
          expect(scopes.filter((scope) => marked.has(scope))).toEqual([]);
        }
      }
    }
  });
});
