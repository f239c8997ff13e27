import type { KeyedAnswer } from '../../../platform/cache/index.js';
import type { CatalogMeta, CatalogRead } from '../reading/catalog-read.js';
import type { PublisherLogo } from '../reading/publisher-logo.js';

/** Somebody else drew it, and an SVG may hold scripts: opened by itself, it runs none and reaches nothing. */
const shut = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** A logo as it is answered: its bytes, and no other type than it says. */
export class LogoAnswer implements KeyedAnswer {
  readonly meta: CatalogMeta;
  readonly maxAgeMs: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(private readonly read: CatalogRead<PublisherLogo>) {
    this.meta = read.meta;
    this.maxAgeMs = read.maxAgeMs;
    const { contentType } = read.data;
    this.headers = {
      'content-type': contentType,
      'x-content-type-options': 'nosniff',
      ...(contentType === 'image/svg+xml' && { 'content-security-policy': shut }),
    };
  }

  body(): Buffer {
    return this.read.data.bytes;
  }
}
