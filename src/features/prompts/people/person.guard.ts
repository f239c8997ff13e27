import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { assertMayAct } from './assert-may-act.js';

/** Before everything else that a route of one person does (`:id`), also before it looks at what was sent. */
@Injectable()
export class PersonGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>();
    assertMayAct(request.identity!, request.params.id);
    return true;
  }
}
