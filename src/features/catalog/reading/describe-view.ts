import { parseCatalogKey } from '../views/catalog-keys.js';

/** A view in words, for people. */
export function describeView(key: string): string {
  const view = parseCatalogKey(key);
  switch (view?.kind) {
    case 'publishers':
      return 'list of publishers';
    case 'publisher':
      return `publisher "${view.id}"`;
    case 'logo':
      return `logo of publisher "${view.id}"`;
    case 'books':
      return 'list of books';
    case 'publisher-books':
      return `list of books of publisher "${view.id}"`;
    case 'book':
      return `book "${view.id}"`;
    case 'book-config':
      return `configuration of book "${view.id}"`;
    case undefined:
      return `"${key}"`;
  }
}
