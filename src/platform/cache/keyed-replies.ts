import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Reader, ResolvedPolicy } from '../../core/index.js';
import type { KeyedAnswer } from './labelled.js';
import { cacheControl, cacheStatus, etagMatches, etagOf } from './swr-headers.js';

/** Answers of a namespace of many values, each with what it says of itself. */
export class KeyedReplies implements NestInterceptor<KeyedAnswer, unknown> {
  private policy: ResolvedPolicy;
  private cacheControl: string;

  constructor(private readonly reader: Reader<unknown>) {
    this.policy = reader.cache.policy;
    this.cacheControl = cacheControl(this.policy);
  }

  intercept(context: ExecutionContext, next: CallHandler<KeyedAnswer>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(map((answer) => this.send(answer, request, reply)));
  }

  /** The body; nothing where the caller has it already (304). */
  private send(answer: KeyedAnswer, request: FastifyRequest, reply: FastifyReply): unknown {
    const { meta, maxAgeMs, headers } = answer;
    if (this.policy !== this.reader.cache.policy) {
      this.policy = this.reader.cache.policy;
      this.cacheControl = cacheControl(this.policy);
    }
    const etag = etagOf(meta);
    reply.headers({
      etag,
      age: Math.floor(meta.ageMs / 1000),
      'cache-control': this.cacheControl,
      'cache-status': cacheStatus(meta, { maxAgeMs }),
    });
    if (headers !== null) reply.headers(headers);
    if (!etagMatches(request.headers['if-none-match'], etag)) return answer.body();
    reply.status(304);
    return undefined;
  }
}
