import { answerFault, answerJson, type CatalogAnswer } from './catalog-answer.js';

/** As it is told: ids are texts or whole numbers, and whatever else is in it is told too. */
export interface CatalogRecord {
  readonly id: string | number;
  readonly [field: string]: unknown;
}

export interface CatalogBookRecord extends CatalogRecord {
  readonly publisher_id: string | number;
}

export interface CatalogLogo {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What one replica of the content service knows, and how it tells it. */
export class CatalogContent {
  readonly publishers = new Map<string, CatalogRecord>();
  readonly books = new Map<string, CatalogBookRecord>();
  readonly configs = new Map<string, object>();
  readonly logos = new Map<string, CatalogLogo>();

  constructor(private readonly tellsPublishers: boolean) {}

  /** The logo and the books go with it. */
  deletePublisher(id: string): void {
    this.publishers.delete(id);
    this.logos.delete(id);
    for (const [bookId, book] of this.books) if (String(book.publisher_id) === id) this.deleteBook(bookId);
  }

  deleteBook(id: string): void {
    this.books.delete(id);
    this.configs.delete(id);
  }

  /** `path` is from the base, with its query. */
  answer(path: string): CatalogAnswer {
    const { pathname, searchParams } = new URL(path, 'http://content');
    const [place = '', id = '', part = '', ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
    if (rest.length > 0) return answerFault(404);
    switch (`${place}/${part}`) {
      case 'publishers/':
        return id === '' ? answerJson(200, [...this.publishers.values()]) : told(this.publishers.get(id));
      case 'publishers/logo': {
        const logo = this.logos.get(id);
        return logo === undefined
          ? answerFault(404)
          : { status: 200, contentType: logo.contentType, body: logo.bytes };
      }
      case 'books/':
        return id === '' ? this.listBooks(searchParams.get('publisher_id')) : told(this.tellBook(id));
      case 'books/config':
        return told(this.configs.get(id));
      default:
        return answerFault(404);
    }
  }

  private listBooks(publisherId: string | null): CatalogAnswer {
    if (publisherId !== null && !this.publishers.has(publisherId)) return answerFault(404);
    const ids = [...this.books].filter(
      ([, book]) => publisherId === null || String(book.publisher_id) === publisherId,
    );
    return answerJson(
      200,
      ids.map(([id]) => this.tellBook(id)),
    );
  }

  private tellBook(id: string): object | undefined {
    const book = this.books.get(id);
    if (book === undefined || !this.tellsPublishers) return book;
    return { ...book, publisher: this.publishers.get(String(book.publisher_id)) ?? null };
  }
}

const told = (record: object | undefined): CatalogAnswer =>
  record === undefined ? answerFault(404) : answerJson(200, record);
