import type { z } from 'zod';
import { UpstreamRequestError } from '../../../platform/upstream/index.js';
import type { ViewKind, ViewName } from '../views/catalog-keys.js';
import type {
  Book,
  BookConfig,
  CatalogView,
  Publisher,
  StoredLogo,
  ViewData,
} from '../views/catalog-view.js';
import { hashView } from './hash-view.js';
import { viewSchemas } from './view-schemas.js';

/**
 * The view that an answer of the content service is.
 * @throws UpstreamRequestError `invalid`, which quotes nothing of the answer
 */
export function readView(view: ViewName, body: Buffer, mediaType: string): CatalogView {
  const data = view.kind === 'logo' ? readLogo(body, mediaType) : readJson(view, view.kind, body);
  try {
    return { hash: hashView(data), data };
  } catch {
    throw invalid('it is nested too deep');
  }
}

function readJson(view: ViewName, kind: Exclude<ViewKind, 'logo'>, body: Buffer): ViewData {
  const parsed = viewSchemas[kind].safeParse(parseJson(body));
  if (!parsed.success) throw invalid(describe(parsed.error.issues[0]!));
  checkIsOf(view, parsed.data);
  return parsed.data;
}

function readLogo(body: Buffer, contentType: string): StoredLogo {
  if (body.length === 0) throw invalid('it is empty');
  return { contentType, base64: body.toString('base64') };
}

function parseJson(body: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const isPlain = !text.includes('__proto__') && !text.includes('\\u005');
    return JSON.parse(text, isPlain ? undefined : withoutPrototype);
  } catch {
    // The parser's message quotes what it could not read.
    throw invalid('it is no JSON in UTF-8');
  }
}

/** No tier gives back what has such a field: one book of it would keep a whole list out of Redis and the disk. */
const withoutPrototype = (field: string, value: unknown): unknown =>
  field === '__proto__' ? undefined : value;

/** A proxy or a wrong query may answer for something else. */
function checkIsOf(view: ViewName, data: ViewData): void {
  const { kind } = view;
  if (kind === 'publisher' || kind === 'book') {
    if ((data as Publisher | Book).id !== view.id) throw invalid(`id: is not "${view.id}"`);
  } else if (kind === 'book-config') {
    if ((data as BookConfig).book_id !== view.id) throw invalid(`book_id: is not "${view.id}"`);
  } else if (kind === 'publisher-books') {
    const at = (data as readonly Book[]).findIndex((book) => book.publisher_id !== view.id);
    if (at >= 0) throw invalid(`${at}.publisher_id: is not "${view.id}"`);
  }
}

const describe = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;

const invalid = (why: string) =>
  new UpstreamRequestError('invalid', `The upstream's answer is not in order: ${why}`);
