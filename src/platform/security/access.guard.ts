import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator, type Identity } from './authenticator.js';
import { authorize } from './authorize.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; `null` on open routes. */
    identity?: Identity | null;
  }
}

/** Denies by default: a route that the role table does not name is refused to everybody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Authenticator) private readonly authenticator: Authenticator) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { method, routeOptions, headers } = request;
    const identity = authorize(this.authenticator, method, routeOptions.url, headers.authorization);
    if (identity instanceof Promise) return identity.then((known) => this.admit(request, known));
    return this.admit(request, identity);
  }

  private admit(request: FastifyRequest, identity: Identity | null): true {
    request.identity = identity;
    return true;
  }
}
