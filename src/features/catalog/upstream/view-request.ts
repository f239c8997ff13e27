import { isJsonType, type UpstreamRequest } from '../../../platform/upstream/index.js';
import type { ViewName } from '../views/catalog-keys.js';

const imageTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/svg+xml',
]);
const mostJsonBytes = 5_000_000;
const mostLogoBytes = 1_000_000;

/** How the content service is asked for a view. */
export type ViewRequest = Omit<UpstreamRequest, 'signal' | 'endsAt'>;

export function viewRequest(view: ViewName): ViewRequest {
  if (view.kind === 'logo')
    return {
      path: pathOf(view),
      accept: [...imageTypes].join(', '),
      takes: isImage,
      maxBytes: mostLogoBytes,
    };
  return { path: pathOf(view), accept: 'application/json', takes: isJsonType, maxBytes: mostJsonBytes };
}

/** Of ids nothing has to be escaped: `catalogIdPattern`. */
function pathOf(view: ViewName): string {
  switch (view.kind) {
    case 'publishers':
      return '/publishers';
    case 'publisher':
      return `/publishers/${view.id}`;
    case 'logo':
      return `/publishers/${view.id}/logo`;
    case 'books':
      return '/books';
    case 'publisher-books':
      return `/books?publisher_id=${view.id}`;
    case 'book':
      return `/books/${view.id}`;
    case 'book-config':
      return `/books/${view.id}/config`;
  }
}

const isImage = (mediaType: string): boolean => imageTypes.has(mediaType);
