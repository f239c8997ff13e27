import { Inject, Injectable } from '@nestjs/common';
import {
  renderPoint,
  VersionNotReachedError,
  type Point,
  type Reader,
  type ReadResult,
  type Report,
} from '../../../core/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { REPORT } from '../../../platform/observability/index.js';
import { CONTENT_UPSTREAM, type Upstream } from '../../../platform/upstream/index.js';
import { CATALOG_READER, catalogNamespace, catalogStream } from '../catalog.policy.js';
import { CatalogNotConfiguredError } from '../upstream/catalog-not-configured.error.js';
import { catalogIdPattern } from '../views/catalog-id.js';
import { catalogKeys } from '../views/catalog-keys.js';
import type { Book, BookConfig, CatalogView, Publisher, StoredLogo } from '../views/catalog-view.js';
import { ReadCounts } from '../warming/read-counts.js';
import { CatalogIdInvalidError } from './catalog-id-invalid.error.js';
import { CatalogNotFoundError } from './catalog-not-found.error.js';
import { CatalogRead } from './catalog-read.js';
import { describeView } from './describe-view.js';
import { nameReadError } from './name-read-error.js';
import { PublisherLogo } from './publisher-logo.js';

export interface CatalogReadOptions {
  /** As of this point of the stream `catalog` or a later one: what is older is loaded, or refused. */
  readonly minVersion?: Point | null;
}

/** A caller may have an event's version from another process: this one hears of it in some milliseconds. */
const applyWithinMs = 500;

const anyVersion: CatalogReadOptions = Object.freeze({});

/**
 * Publishers, books, their configuration and logos: the last known good where the content service gives nothing, for a
 * day, labelled (CT-1, CT-7).
 * @throws CatalogNotFoundError the content service says that there is none
 * @throws CatalogUnavailableError, CatalogTooStaleError it gives nothing, and nothing is held that may be served
 * @throws CatalogIdInvalidError, VersionNotReachedError, CatalogNotConfiguredError
 */
@Injectable()
export class CatalogService {
  constructor(
    @Inject(CATALOG_READER) private readonly reader: Reader<CatalogView>,
    @Inject(CONTENT_UPSTREAM) private readonly upstream: Upstream | null,
    @Inject(CoherenceService) private readonly coherence: Pick<CoherenceService, 'stream' | 'whenApplied'>,
    @Inject(ReadCounts) private readonly counts: ReadCounts,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  // No `await` in these: a warm read costs less without one.
  async listPublishers(options = anyVersion): Promise<CatalogRead<readonly Publisher[]>> {
    const key = catalogKeys.publishers;
    return this.atHand<readonly Publisher[]>(key, options) ?? this.beyond(key, options);
  }

  async getPublisher(id: string, options = anyVersion): Promise<CatalogRead<Publisher>> {
    const key = catalogKeys.publisher(checked('publisher id', id));
    return this.atHand<Publisher>(key, options) ?? this.beyond(key, options);
  }

  async getPublisherLogo(id: string, options = anyVersion): Promise<CatalogRead<PublisherLogo>> {
    const key = catalogKeys.logo(checked('publisher id', id));
    const read = this.look(key, options) ?? (await this.ask(key, options));
    return new CatalogRead(new PublisherLogo(read.data.data as StoredLogo), read, this.maxAgeMs(key));
  }

  /** Of one publisher, or of all. */
  async listBooks(publisherId?: string, options = anyVersion): Promise<CatalogRead<readonly Book[]>> {
    const key =
      publisherId === undefined
        ? catalogKeys.books
        : catalogKeys.publisherBooks(checked('publisher id', publisherId));
    return this.atHand<readonly Book[]>(key, options) ?? this.beyond(key, options);
  }

  async getBook(id: string, options = anyVersion): Promise<CatalogRead<Book>> {
    const key = catalogKeys.book(checked('book id', id));
    return this.atHand<Book>(key, options) ?? this.beyond(key, options);
  }

  async getBookConfig(id: string, options = anyVersion): Promise<CatalogRead<BookConfig>> {
    const key = catalogKeys.bookConfig(checked('book id', id));
    return this.atHand<BookConfig>(key, options) ?? this.beyond(key, options);
  }

  private atHand<T>(key: string, options: CatalogReadOptions): CatalogRead<T> | null {
    const read = this.look(key, options);
    return read && new CatalogRead(read.data.data as T, read, this.maxAgeMs(key));
  }

  private async beyond<T>(key: string, options: CatalogReadOptions): Promise<CatalogRead<T>> {
    const read = await this.ask(key, options);
    return new CatalogRead(read.data.data as T, read, this.maxAgeMs(key));
  }

  /** What needs no waiting; `null` where somebody has to wait, or nothing is held. */
  private look(key: string, { minVersion }: CatalogReadOptions): ReadResult<CatalogView> | null {
    if (minVersion) return null;
    const read = this.reader.peek(key);
    return read && this.told(key, read);
  }

  private async ask(key: string, { minVersion }: CatalogReadOptions): Promise<ReadResult<CatalogView>> {
    if (this.upstream === null) throw new CatalogNotConfiguredError();
    let read: ReadResult<CatalogView>;
    try {
      if (minVersion) await this.reach(minVersion);
      read = await (minVersion ? this.reader.getAtLeast(key, minVersion) : this.reader.get(key));
    } catch (error) {
      const subject = describeView(key);
      const named = nameReadError(subject, error);
      this.report({ type: 'lookup-failed', namespace: catalogNamespace, subject, error: named });
      throw named;
    }
    return this.told(key, read);
  }

  /**
   * No load is of a later version than this process has applied: where it has not, the content service is not asked.
   * @throws VersionNotReachedError
   */
  private async reach(wanted: Point): Promise<void> {
    const { state } = this.coherence.stream(catalogStream);
    const isAwaited = wanted.epoch === state.epoch && wanted.version > state.applied.version;
    if (!isAwaited || (await this.coherence.whenApplied(catalogStream, wanted.version, applyWithinMs)))
      return;
    const held = { epoch: wanted.epoch, version: state.applied.version };
    throw new VersionNotReachedError(catalogNamespace, renderPoint(wanted), renderPoint(held), 0);
  }

  private told(key: string, read: ReadResult<CatalogView>): ReadResult<CatalogView> {
    if (read.absent) throw new CatalogNotFoundError(describeView(key));
    this.counts.count(key);
    if (read.isStale) this.reportStale(key, read);
    return read;
  }

  private reportStale(key: string, { reason, age: ageMs }: ReadResult<CatalogView>): void {
    const subject = describeView(key);
    this.report({ type: 'stale-answer', namespace: catalogNamespace, subject, modelId: null, reason, ageMs });
  }

  private maxAgeMs(key: string): number {
    const { cache } = this.reader;
    return cache.entry(key)?.maxAgeMs ?? cache.usualMaxAgeMs(key, false);
  }
}

/** @throws CatalogIdInvalidError */
function checked(name: string, id: string): string {
  if (typeof id !== 'string' || !catalogIdPattern.test(id)) throw new CatalogIdInvalidError(name, id);
  return id;
}
