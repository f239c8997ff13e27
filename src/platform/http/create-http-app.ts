import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { WarmDoor } from '../cache/index.js';
import { auditHook, AuditCallsService, BreakGlassJournal } from '../audit/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { DegradedState, LOGGER, PinoLoggerService } from '../observability/index.js';
import {
  AdminThrottle,
  admissionHook,
  Authenticator,
  BreakGlassService,
  isAdminRoute,
} from '../security/index.js';
import { applyBodyLimit } from './body-limit.decorator.js';
import { commonHeadersHook } from './common-headers.hook.js';
import { degradedHook } from './degraded.hook.js';
import { setUpDocs } from './docs.js';
import { Draining } from './draining.js';
import { farewellHook } from './farewell.hook.js';
import { KnownRoutes } from './known-routes.js';
import { methodNotAllowedHook } from './method-not-allowed.hook.js';
import { sendProblem } from './problem.filter.js';
import { OpenConnections } from './open-connections.js';
import { addRawBodyParser, applyRawBody } from './raw-body.decorator.js';
import { securityHeaders } from './security-headers.js';
import { serverOptions } from './server-options.js';
import { trustedProxies, type Trusts } from './trusted-proxies.js';

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** The application on Fastify, made but not initialised: `init()` loads what it serves, `listen()` opens the door. */
export async function createHttpApp(module: DynamicModule): Promise<NestFastifyApplication> {
  let logger!: Logger;
  let trusts!: Trusts;
  const security = await securityHeaders();
  const routes = new KnownRoutes();
  const adapter = new FastifyAdapter({
    ...serverOptions(security, () => logger),
    trustProxy: (address: string, hop: number) => trusts(address, hop),
  });
  // Before Nest adds the first route: these hooks see those that come after them.
  for (const hook of [applyBodyLimit, applyRawBody, routes.add])
    adapter.getInstance().addHook('onRoute', hook);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
    // Nest would take forms, too.
    bodyParser: false,
  });
  logger = app.get<Logger>(LOGGER);
  app.useLogger(new PinoLoggerService(logger));
  trusts = trustedProxies(app.get<Settings>(SETTINGS).http.trustProxy);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', commonHeadersHook(security));
  fastify.addHook('onRequest', degradedHook(app.get(DegradedState)));
  fastify.decorateRequest('identity', undefined);
  fastify.decorateRequest('caller', undefined);
  fastify.decorateRequest('breakGlassCall', undefined);
  const journal = app.get(BreakGlassJournal);
  fastify.addHook(
    'onRequest',
    admissionHook({
      authenticator: app.get(Authenticator),
      breakGlass: app.get(BreakGlassService),
      journal,
      throttle: app.get(AdminThrottle),
      refuse: (error, request, reply) => void sendProblem(error, request, reply, logger),
    }),
  );
  fastify.addHook('onRequest', app.get(WarmDoor).hook);
  fastify.addHook('preParsing', methodNotAllowedHook(routes, logger));
  fastify.addHook(
    'onResponse',
    auditHook({ calls: app.get(AuditCallsService), journal, clock: app.get<Clock>(CLOCK), isAdminRoute }),
  );
  fastify.removeContentTypeParser('text/plain');
  // As text: whoever takes it reads it, and tells lines and columns of its faults.
  fastify.addContentTypeParser(yamlTypes, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  addRawBodyParser(fastify);
  fastify.addHook('onSend', farewellHook(app.get(Draining)));
  app.get(OpenConnections).watch(app.getHttpServer());
  setUpDocs(app);
  return app;
}
