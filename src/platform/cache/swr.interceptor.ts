import {
  Inject,
  Injectable,
  mixin,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { KeyedReplies } from './keyed-replies.js';
import { NamespaceRegistry } from './namespace-registry.js';
import { PinnedReplies } from './pinned-replies.js';
import { WarmDoor } from './warm-door.js';

/**
 * Serves a read route through the reader of a namespace. What an answer says of itself becomes Age, ETag and 304,
 * Cache-Control and Cache-Status. The policy is the namespace's own. A request that names a least version
 * (`minVersionHeader`) is answered from it or a later one, or refused.
 *
 * Where the namespace has one value, an answer that was given before is given again, relabelled, while the reader has
 * the same value fresh; else the handler asks the same reader. Where it has many, the handler knows which one is asked
 * for, reads it of that version, and gives a `KeyedAnswer`.
 */
export function SwrInterceptor(namespace: string): Type<NestInterceptor> {
  @Injectable()
  class NamespaceInterceptor implements NestInterceptor<never, unknown> {
    private readonly replies: NestInterceptor<never, unknown>;

    constructor(@Inject(NamespaceRegistry) registry: NamespaceRegistry, @Inject(WarmDoor) door: WarmDoor) {
      const { reader, pinnedKey } = registry.get(namespace);
      this.replies =
        pinnedKey === null ? new KeyedReplies(reader) : new PinnedReplies(reader, pinnedKey, door);
    }

    intercept(
      context: ExecutionContext,
      next: CallHandler<never>,
    ): Observable<unknown> | Promise<Observable<unknown>> {
      return this.replies.intercept(context, next);
    }
  }
  return mixin(NamespaceInterceptor);
}
