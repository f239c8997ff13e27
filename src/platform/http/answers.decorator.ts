import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { z } from 'zod';
import { jsonSchemaOf } from './json-schema-of.js';

interface AnswersOptions {
  /** Default 200. */
  readonly status?: number;
  readonly description?: string;
}

/**
 * What a route answers when all is well, for the document at `/docs`. Answers aren't checked against it as they are
 * sent; a test holds examples of them against the document.
 */
export function Answers(
  schema: z.ZodType,
  { status = 200, description = 'As asked for' }: AnswersOptions = {},
): MethodDecorator {
  return ApiResponse({ status, description, schema: jsonSchemaOf(schema) });
}

/** The same of a route that answers with text. */
export const AnswersText = (contentType: string, description: string): MethodDecorator =>
  applyDecorators(
    ApiProduces(contentType),
    ApiResponse({ status: 200, description, schema: { type: 'string' } }),
  );
