import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { Answers, AnswersNothing } from '../../../platform/http/index.js';

const headers = {
  ETag: 'Weak: it names the content, not the age that the answer tells',
  Age: 'Seconds since the content service last said so',
  'Cache-Control': 'How long the policy allows a stale answer',
  'Cache-Status': 'RFC 9211: hit or miss, what is left of the time to live, and the reason of `meta`',
};

const conditional = () => [
  ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of an earlier answer' }),
  AnswersNothing(304, 'What the ETag names is what would be answered', headers),
];

/** What a route of the catalogue answers: labelled, or that the caller has it already. */
export const AnswersView = (schema: z.ZodType): MethodDecorator =>
  applyDecorators(Answers(schema, { headers }), ...conditional());

/** As that, of an image. */
export const AnswersImage = (): MethodDecorator =>
  applyDecorators(
    ApiProduces('image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'),
    ApiResponse({ status: 200, description: 'The image', schema: { type: 'string', format: 'binary' } }),
    ...conditional(),
  );
