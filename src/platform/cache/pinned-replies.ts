import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, map, mergeMap, type Observable } from 'rxjs';
import type { Reader, ResolvedPolicy } from '../../core/index.js';
import { isRepeatable, type Labelled, type Repeatable } from './labelled.js';
import { minVersionHeader, readMinVersion } from './min-version.js';
import { cacheControl, cacheStatus, etagMatches, etagOf } from './swr-headers.js';
import { WarmAnswers } from './warm-answers.js';
import type { WarmDoor, WarmReplies } from './warm-door.js';

/** Answers of a namespace of one value, given again for as long as that value is read fresh. */
export class PinnedReplies implements NestInterceptor<Labelled, unknown>, WarmReplies {
  private policy: ResolvedPolicy;
  private cacheControl: string;
  private readonly warm: WarmAnswers;

  constructor(
    private readonly reader: Reader<unknown>,
    private readonly key: string,
    private readonly door: WarmDoor,
  ) {
    this.policy = reader.cache.policy;
    this.cacheControl = cacheControl(this.policy);
    this.warm = new WarmAnswers(reader, key);
  }

  intercept(context: ExecutionContext, next: CallHandler<Labelled>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const wanted = readMinVersion(request.headers);
    if (wanted === null) return this.answer(request, reply, next);
    return from(this.reader.getAtLeast(this.key, wanted)).pipe(
      mergeMap(() => this.answer(request, reply, next)),
    );
  }

  sendWarm(request: FastifyRequest, reply: FastifyReply): boolean {
    if (minVersionHeader in request.headers) return false;
    const warm = this.warm.find(request.url);
    if (warm === null) return false;
    reply.send(this.label(warm, request, reply));
    return true;
  }

  private answer(
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler<Labelled>,
  ): Observable<unknown> {
    return next.handle().pipe(
      map((answer) => {
        if (isRepeatable(answer)) this.remember(request, answer);
        return this.label(answer, request, reply);
      }),
    );
  }

  private remember({ url, routeOptions }: FastifyRequest, answer: Repeatable): void {
    this.warm.remember(url, answer);
    this.door.open(routeOptions.url!, this);
  }

  /** Puts on the answer what it says of itself; returns the body. */
  private label(answer: Labelled, request: FastifyRequest, reply: FastifyReply): unknown {
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
