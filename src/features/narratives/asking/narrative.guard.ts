import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminThrottle, assertMayAskFor, ForbiddenError } from '../../../platform/security/index.js';
import { asksAnew } from './asks-anew.js';

/**
 * Before everything else that the route does: a person asks for themselves, and a new narrative, which costs money, is
 * for admins, and no oftener than anything else that they do (NA-10).
 */
@Injectable()
export class NarrativeGuard implements CanActivate {
  constructor(@Inject(AdminThrottle) private readonly throttle: AdminThrottle) {}

  /** @throws ForbiddenError, RateLimitedError */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Querystring: { userId?: unknown } }>>();
    const identity = request.identity!;
    const { userId } = request.query;
    // Whatever else it is, it is refused for its form.
    if (typeof userId === 'string') assertMayAskFor(identity, userId);
    if (!asksAnew(request)) return true;
    if (identity.role !== 'admin') throw new ForbiddenError('admin');
    return this.takeToken(identity.id, http.getResponse<FastifyReply>());
  }

  private async takeToken(id: string, reply: FastifyReply): Promise<boolean> {
    await this.throttle.take('identity', id, this.throttle.begin(reply), reply);
    return true;
  }
}
