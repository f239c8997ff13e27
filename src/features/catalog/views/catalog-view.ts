/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };

/** As the content service tells it: fields beyond these are kept as they came, `null` and absent ones too. */
export interface Publisher {
  readonly id: string;
  readonly name: string;
  readonly [field: string]: Json | undefined;
}

export interface Book {
  readonly id: string;
  readonly publisher_id: string;
  readonly title: string;
  /** The publisher itself, where the content service tells it with the book. */
  readonly publisher?: Publisher | null;
  readonly [field: string]: Json | Publisher | undefined;
}

export interface BookConfig {
  readonly book_id: string;
  readonly [field: string]: Json | undefined;
}

export interface StoredLogo {
  /** One of the image types that are taken. */
  readonly contentType: string;
  readonly base64: string;
}

export type ViewData = readonly Publisher[] | Publisher | StoredLogo | readonly Book[] | Book | BookConfig;

/** What is cached of one answer. */
export interface CatalogView {
  /** Of the content: the first 32 hexadecimal digits of the SHA-256 of `data` as JSON. */
  readonly hash: string;
  readonly data: ViewData;
}
