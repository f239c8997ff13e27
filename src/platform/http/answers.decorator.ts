import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { z } from 'zod';
import { jsonSchemaOf } from './json-schema-of.js';

interface AnswersOptions {
  /** Default 200. */
  readonly status?: number;
  readonly description?: string;
  /** Headers that matter to who asked, by name: what each says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a route answers when all is well, for the document at `/docs`. Answers aren't checked against it as they are
 * sent; a test holds examples of them against the document.
 */
export function Answers(
  schema: z.ZodType,
  { status = 200, description = 'As asked for', headers = {} }: AnswersOptions = {},
): MethodDecorator {
  return ApiResponse({ status, description, headers: toldHeaders(headers), schema: jsonSchemaOf(schema) });
}

/** The same of a route that answers with text. */
export const AnswersText = (contentType: string, description: string): MethodDecorator =>
  applyDecorators(
    ApiProduces(contentType),
    ApiResponse({ status: 200, description, schema: { type: 'string' } }),
  );

/** The same of a route that answers in one of several forms: a schema for each content type. */
export const AnswersIn = (
  forms: Readonly<Record<string, z.ZodType>>,
  { status = 200, description = 'As asked for', headers = {} }: AnswersOptions = {},
): MethodDecorator =>
  ApiResponse({
    status,
    description,
    headers: toldHeaders(headers),
    content: Object.fromEntries(
      Object.entries(forms).map(([type, schema]) => [type, { schema: jsonSchemaOf(schema) }]),
    ),
  });

/** The same of an answer without a body. */
export const AnswersNothing = (
  status: number,
  description: string,
  headers: AnswersOptions['headers'] = {},
): MethodDecorator => ApiResponse({ status, description, headers: toldHeaders(headers) });

/** A problem that cannot be told from what the route asks for (`withProblems`). */
export const AnswersProblem = (status: number, description: string): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });

const toldHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' as const } },
    ]),
  );
