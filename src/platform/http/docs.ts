import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { authorize, type Authenticator } from '../security/index.js';
import { sendProblem } from './problem.filter.js';

/** OpenAPI at `/docs`, from the zod schemas of the routes. It stands outside Nest's guards, so it brings its own. */
export function setUpDocs(app: NestFastifyApplication, authenticator: Authenticator, logger: Logger): void {
  const admit = async (request: FastifyRequest): Promise<unknown> =>
    authorize(authenticator, request.method, request.routeOptions.url, request.headers.authorization);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      // By the route and not by the URL as it was written: `/%64ocs` leads there too.
      if (!request.routeOptions.url?.startsWith('/docs')) return done();
      admit(request).then(
        () => done(),
        (error: unknown) => sendProblem(error, request, reply, logger),
      );
    });
  const description = new DocumentBuilder()
    .setTitle('Lastgood')
    .setDescription('LLM configuration that keeps serving its last good answer')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => withNamedWildcards(SwaggerModule.createDocument(app, description)));
}

/** Nest calls the rest of a path `{path}` in the path and `*` among its parameters. */
function withNamedWildcards(document: OpenAPIObject): OpenAPIObject {
  for (const { get, put } of Object.values(document.paths)) {
    for (const parameter of [...(get?.parameters ?? []), ...(put?.parameters ?? [])])
      if ('name' in parameter && parameter.name === '*') parameter.name = 'path';
  }
  return document;
}
