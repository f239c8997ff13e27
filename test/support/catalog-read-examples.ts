import {
  bookAnswer,
  bookConfigAnswer,
  booksAnswer,
  publisherAnswer,
  publishersAnswer,
} from '../../src/features/catalog/asking/catalog.answers.js';
import { CatalogUpstream } from '../../src/testing/index.js';
import { byClient, type Example } from './answer-example.js';

/** A content service that knows a little of everything, and the environment of a server that reads it. */
export async function startExampleCatalog(): Promise<{
  env: Record<string, string>;
  close: () => Promise<void>;
}> {
  const upstream = await CatalogUpstream.start({ tellsPublishers: true });
  upstream.putPublisher({ id: '1', name: 'North', founded: null });
  upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog', pages: 120 });
  upstream.putConfig('7', { theme: { dark: true }, cover: null });
  return {
    env: { CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey },
    close: () => upstream.close(),
  };
}

const catalog = '/api/v1/catalog';

export const catalogReadExamples: Example[] = [
  ['GET /api/v1/catalog/publishers', `${catalog}/publishers`, byClient, publishersAnswer, 200],
  ['GET /api/v1/catalog/publishers/{id}', `${catalog}/publishers/1`, byClient, publisherAnswer, 200],
  ['GET /api/v1/catalog/books', `${catalog}/books`, byClient, booksAnswer, 200],
  ['GET /api/v1/catalog/books', `${catalog}/books?publisher_id=1`, byClient, booksAnswer, 200],
  ['GET /api/v1/catalog/books/{id}', `${catalog}/books/7`, byClient, bookAnswer, 200],
  ['GET /api/v1/catalog/books/{id}/config', `${catalog}/books/7/config`, byClient, bookConfigAnswer, 200],
];
