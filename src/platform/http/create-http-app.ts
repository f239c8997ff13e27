import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { auditHook, AuditCallsService } from '../audit/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { DegradedState, LOGGER, PinoLoggerService } from '../observability/index.js';
import { AdminThrottle, admissionHook, Authenticator } from '../security/index.js';
import { degradedHook } from './degraded.hook.js';
import { setUpDocs } from './docs.js';
import { Draining } from './draining.js';
import { sendProblem } from './problem.filter.js';
import { trustedProxies, type Trusts } from './trusted-proxies.js';

const bodyLimitBytes = 256 * 1024;
const acceptableRequestId = /^[A-Za-z0-9._-]{1,100}$/;

function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
}

/** The application on Fastify, made but not initialised: `init()` loads what it serves, `listen()` opens the door. */
export async function createHttpApp(module: DynamicModule): Promise<NestFastifyApplication> {
  let logger!: Logger;
  let trusts!: Trusts;
  const adapter = new FastifyAdapter({
    // URLs that no router takes: they pass by Nest and by the hooks.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(error, request, reply.header('x-request-id', request.id), logger);
    },
    trustProxy: (address: string, hop: number) => trusts(address, hop),
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: 'idle',
    // Who is still connected while this process goes is still served.
    return503OnClosing: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
  });
  logger = app.get<Logger>(LOGGER);
  app.useLogger(new PinoLoggerService(logger));
  trusts = trustedProxies(app.get<Settings>(SETTINGS).http.trustProxy);
  const draining = app.get(Draining);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (draining.hasBegun) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('onRequest', degradedHook(app.get(DegradedState)));
  fastify.addHook('onResponse', auditHook(app.get(AuditCallsService), app.get<Clock>(CLOCK)));
  // As text: where it stands for JSON too, whoever takes it reads it, and tells lines and columns of its faults.
  const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'];
  fastify.addContentTypeParser(yamlTypes, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  fastify.decorateRequest('identity', undefined);
  fastify.decorateRequest('caller', undefined);
  fastify.addHook(
    'onRequest',
    admissionHook({
      authenticator: app.get(Authenticator),
      throttle: app.get(AdminThrottle),
      refuse: (error, request, reply) => void sendProblem(error, request, reply, logger),
    }),
  );
  setUpDocs(app);
  return app;
}
