import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/** Adds to what Fastify is told of a route; `@RouteConfig` has to stand below, since it forgets what was there before. */
export const withRouteConfig =
  (added: FastifyContextConfig): MethodDecorator =>
  (_target, _name, descriptor: PropertyDescriptor) => {
    const handler: object = descriptor.value;
    const config: object = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {};
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...config, ...added }, handler);
  };
