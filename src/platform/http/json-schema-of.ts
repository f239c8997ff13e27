import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

type SchemaObject = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What is sent, in the dialect of OpenAPI 3.0. */
export function jsonSchemaOf(schema: z.ZodType): SchemaObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'output',
    unrepresentable: 'any',
  });
  return json as SchemaObject;
}
