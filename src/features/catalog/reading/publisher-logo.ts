import type { StoredLogo } from '../views/catalog-view.js';

/** An image. */
export class PublisherLogo {
  constructor(private readonly stored: StoredLogo) {}

  /** One of PNG, JPEG, GIF, WebP and SVG; of the last one, mind that it can hold scripts. */
  get contentType(): string {
    return this.stored.contentType;
  }

  /** The caller's own: made anew each time. */
  get bytes(): Buffer {
    return Buffer.from(this.stored.base64, 'base64');
  }
}
