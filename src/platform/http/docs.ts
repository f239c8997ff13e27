import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { withProblems } from './with-problems.js';

/** OpenAPI at `/docs`, from the zod schemas of the routes. It stands outside Nest's guards: admission guards it. */
export function setUpDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Lastgood')
    .setDescription('LLM configuration that keeps serving its last good answer')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () =>
    withProblems(withNamedWildcards(SwaggerModule.createDocument(app, description))),
  );
}

/** Nest calls the rest of a path `{path}` in the path and `*` among its parameters. */
function withNamedWildcards(document: OpenAPIObject): OpenAPIObject {
  for (const { get, put, delete: remove } of Object.values(document.paths)) {
    for (const parameter of [get, put, remove].flatMap((each) => each?.parameters ?? []))
      if ('name' in parameter && parameter.name === '*') parameter.name = 'path';
  }
  return document;
}
