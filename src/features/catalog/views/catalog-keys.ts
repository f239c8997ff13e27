import { catalogIdPattern } from './catalog-id.js';

/** What is kept: one answer of the content service each. */
export type ViewName =
  | { readonly kind: 'publishers' }
  | { readonly kind: 'publisher' | 'logo' | 'publisher-books' | 'book' | 'book-config'; readonly id: string }
  | { readonly kind: 'books' };

export type ViewKind = ViewName['kind'];

/** The keys of all views (CT-2). */
export const catalogKeys = {
  publishers: 'dcs:publishers:list',
  publisher: (id: string) => `dcs:publishers:id:${id}`,
  logo: (id: string) => `dcs:publishers:logo:${id}`,
  books: 'dcs:books:list',
  publisherBooks: (id: string) => `dcs:books:publisher:${id}`,
  book: (id: string) => `dcs:books:id:${id}`,
  bookConfig: (id: string) => `dcs:books:config:${id}`,
} as const;

const kinds: Readonly<Record<string, Exclude<ViewKind, 'publishers' | 'books'>>> = {
  'publishers:id': 'publisher',
  'publishers:logo': 'logo',
  'books:publisher': 'publisher-books',
  'books:id': 'book',
  'books:config': 'book-config',
};

/** The way back; `null` for what is no key of a view. */
export function parseCatalogKey(key: string): ViewName | null {
  if (key === catalogKeys.publishers) return { kind: 'publishers' };
  if (key === catalogKeys.books) return { kind: 'books' };
  const [, place = '', id = ''] = /^dcs:(\w+:\w+):([^:]+)$/.exec(key) ?? [];
  const kind = Object.hasOwn(kinds, place) ? kinds[place] : undefined;
  return kind === undefined || !catalogIdPattern.test(id) ? null : { kind, id };
}
