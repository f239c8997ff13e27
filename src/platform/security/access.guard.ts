import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.js';
import { authorize } from './authorize.js';

/**
 * The last line: a request that came past the hook of admission, in an application without it, is authorised here or
 * refused. A route that the role table does not name is refused to everybody.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Authenticator) private readonly authenticator: Authenticator) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return request.identity !== undefined || this.authorize(request);
  }

  private async authorize(request: FastifyRequest): Promise<boolean> {
    const { method, routeOptions, headers } = request;
    request.identity = await authorize(this.authenticator, method, routeOptions.url, headers.authorization);
    return true;
  }
}
