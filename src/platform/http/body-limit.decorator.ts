import type { RouteOptions } from 'fastify';
import { withRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bytes that the body of this route may have. */
    readonly bodyLimit?: number;
  }
}

/**
 * Lets the body of this route have other than the 256 KB of all the others. It stands above `@RouteConfig`, which
 * forgets what was there before.
 * @param bytes a whole number from 1
 * @throws RangeError
 */
export function BodyLimit(bytes: number): MethodDecorator {
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new RangeError(`BodyLimit: must be a whole number of bytes from 1; got ${bytes}`);
  return withRouteConfig({ bodyLimit: bytes });
}

/** Nest hands Fastify no option of a route but its `config`: from there the limit is taken as the route is added. */
export function applyBodyLimit(route: RouteOptions): void {
  const { bodyLimit } = route.config ?? {};
  if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
}
