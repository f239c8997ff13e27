import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { withRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of this route is bytes, whatever it is said to be. */
    readonly rawBody?: boolean;
  }
}

/**
 * The content type that the bodies of such routes are taken as. Nobody can guess it: no other route ever sees it, and
 * what they take is what they took before.
 */
const rawType = `application/x-raw-${randomUUID()}`;

type Done = (error: null, payload: unknown) => void;

/**
 * `request.body` of this route is a `Buffer` of the bytes as they came, of any content type and none, not looked at by
 * anybody before: what is signed is verified first. It stands above `@RouteConfig`. Without a body it is `undefined`.
 */
export const RawBody = (): MethodDecorator => withRouteConfig({ rawBody: true });

/** Fastify chooses a parser by content type alone: those of such routes are given one of their own. */
export function applyRawBody(route: RouteOptions): void {
  if (route.config?.rawBody !== true) return;
  const before = [route.preParsing ?? []].flat();
  route.preParsing = [...before, takeAsRaw] as NonNullable<RouteOptions['preParsing']>;
}

export function addRawBodyParser(fastify: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  fastify.addContentTypeParser(rawType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function takeAsRaw(request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: Done): void {
  request.headers = { 'content-type': rawType };
  done(null, payload);
}
