import type { SignalType } from '../types/signal-type.js';
import { FeedOrigin } from './feed.origin.js';
import { HttpOrigin } from './http.origin.js';
import { PushOrigin } from './push.origin.js';
import type { SignalSource } from './signal-source.js';
import type { SourceParts } from './source-parts.js';

/** The source of a type, as its configuration says. */
export function signalSourceOf(type: SignalType, parts: SourceParts): SignalSource {
  const { source } = type;
  switch (source.kind) {
    case 'push':
      return new PushOrigin(type);
    case 'http':
      return new HttpOrigin(type, source, parts);
    case 'feed':
      return new FeedOrigin(type, source, parts);
  }
}
