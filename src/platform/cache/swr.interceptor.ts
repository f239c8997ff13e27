import {
  Inject,
  Injectable,
  mixin,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, map, mergeMap, of, type Observable } from 'rxjs';
import type { Reader, ResolvedPolicy } from '../../core/index.js';
import { isRepeatable, type Labelled } from './labelled.js';
import { readMinVersion } from './min-version.js';
import { NamespaceRegistry } from './namespace-registry.js';
import { cacheControl, cacheStatus, etagMatches, etagOf } from './swr-headers.js';
import { WarmAnswers } from './warm-answers.js';

/**
 * Serves a read route through the reader of a namespace. An answer that was given before is given again, relabelled,
 * while the reader has the same value fresh; else the handler asks the same reader. What an answer says of itself
 * becomes Age, ETag and 304, Cache-Control and Cache-Status. The policy is the namespace's own. A request that names
 * a least version (`minVersionHeader`) is answered from it or a later one, or refused.
 */
export function SwrInterceptor(namespace: string): Type<NestInterceptor> {
  @Injectable()
  class NamespaceInterceptor implements NestInterceptor<Labelled, unknown> {
    private readonly reader: Reader<unknown>;
    private readonly key: string;
    private policy: ResolvedPolicy;
    private cacheControl: string;
    private readonly warm: WarmAnswers;

    constructor(@Inject(NamespaceRegistry) registry: NamespaceRegistry) {
      const { reader, pinnedKey } = registry.get(namespace);
      if (pinnedKey === null) throw new Error(`The namespace "${namespace}" has no one key to serve`);
      this.reader = reader;
      this.key = pinnedKey;
      this.policy = reader.cache.policy;
      this.cacheControl = cacheControl(this.policy);
      this.warm = new WarmAnswers(reader, pinnedKey);
    }

    intercept(context: ExecutionContext, next: CallHandler<Labelled>): Observable<unknown> {
      const http = context.switchToHttp();
      const request = http.getRequest<FastifyRequest>();
      const reply = http.getResponse<FastifyReply>();
      const wanted = readMinVersion(request.headers);
      if (wanted !== null) {
        return from(this.reader.getAtLeast(this.key, wanted)).pipe(
          mergeMap(() => this.answer(request, reply, next)),
        );
      }
      return this.answer(request, reply, next);
    }

    private answer(
      request: FastifyRequest,
      reply: FastifyReply,
      next: CallHandler<Labelled>,
    ): Observable<unknown> {
      const warm = this.warm.find(request.url);
      if (warm !== null) return of(this.send(warm, request, reply));
      return next.handle().pipe(
        map((answer) => {
          if (isRepeatable(answer)) this.warm.remember(request.url, answer);
          return this.send(answer, request, reply);
        }),
      );
    }

    private send(answer: Labelled, request: FastifyRequest, reply: FastifyReply): unknown {
      const meta = isRepeatable(answer) ? answer.label : answer.meta;
      if (this.policy !== this.reader.cache.policy) {
        this.policy = this.reader.cache.policy;
        this.cacheControl = cacheControl(this.policy);
      }
      const etag = etagOf(meta);
      reply.headers({
        etag,
        age: Math.floor(meta.ageMs / 1000),
        'cache-control': this.cacheControl,
        'cache-status': cacheStatus(meta, this.policy),
      });
      if (etagMatches(request.headers['if-none-match'], etag)) {
        reply.status(304);
        return undefined;
      }
      if (!isRepeatable(answer)) return answer;
      reply.header('content-type', 'application/json; charset=utf-8');
      return answer.toJsonText();
    }
  }
  return mixin(NamespaceInterceptor);
}
