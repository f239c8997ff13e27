import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Gives again, if it can, an answer that was given before: then it has sent it. */
export interface WarmReplies {
  sendWarm(request: FastifyRequest, reply: FastifyReply): boolean;
}

/**
 * Answers at the door what was answered before and still stands, once the request is let in: the way through pipes,
 * interceptors and serialisation costs as much again as all the rest. Everything else goes on to its handler.
 */
@Injectable()
export class WarmDoor {
  private readonly routes = new Map<string, WarmReplies>();

  /** From now on, requests of this route (its template) are shown to `replies` first. */
  open(route: string, replies: WarmReplies): void {
    this.routes.set(route, replies);
  }

  /** A hook of Fastify, to be added behind the one that lets in. */
  readonly hook = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { url } = request.routeOptions;
    const replies = url === undefined || request.method !== 'GET' ? undefined : this.routes.get(url);
    if (replies === undefined || !replies.sendWarm(request, reply)) done();
  };
}
