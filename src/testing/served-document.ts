import { createHash } from 'node:crypto';

/** What stands at a path. */
export interface ServedDocument {
  readonly text: string;
  readonly mediaType: string;
  /** Unix ms. */
  readonly changedAt: number;
}

/** The headers of a document that is served as it should be, Date included. */
export const headersOf = ({ text, mediaType, changedAt }: ServedDocument, now: number) => ({
  'content-type': mediaType,
  date: new Date(now).toUTCString(),
  etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`,
  'last-modified': new Date(changedAt).toUTCString(),
});
