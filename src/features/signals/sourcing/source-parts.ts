import type { Clock } from '../../../core/index.js';
import type { SourceClient } from '../../../platform/sources/index.js';
import type { FeedParser } from './feed-parser.service.js';
import type { SignalKeeper } from './signal-source.js';

/** What sources work with. */
export interface SourceParts {
  readonly client: SourceClient;
  readonly clock: Clock;
  readonly keeper: SignalKeeper;
  readonly parse: FeedParser['parse'];
}
