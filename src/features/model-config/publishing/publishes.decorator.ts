import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { z } from 'zod';
import { Answers, TakesIdempotencyKey } from '../../../platform/http/index.js';
import { publicationAnswer } from './publishing.answers.js';

const replayedHeader = {
  'Idempotency-Replayed': '`true` for the answer to the first request with this Idempotency-Key',
};
const etagHeader = { ETag: 'What was put can be put again with it' };

const keyed = 'However often a request with this key is sent within a day, the change is made once';

/** What every route that changes the configuration takes and answers. */
export const Publishes = (
  schema: z.ZodType = publicationAnswer,
  headers: Readonly<Record<string, string>> = {},
): MethodDecorator =>
  applyDecorators(
    TakesIdempotencyKey(keyed),
    Answers(schema, { description: 'The change is made', headers: { ...headers, ...replayedHeader } }),
  );

/** The same of a route that replaces a row or a panel, or makes it. */
export const PublishesRow = (subject: string): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: `\`*\`: makes a new ${subject}` }),
    ApiHeader({ name: 'If-Match', required: false, description: `The ETag of the ${subject} to replace` }),
    Publishes(publicationAnswer, etagHeader),
    Answers(publicationAnswer, {
      status: 201,
      description: `The ${subject} is new`,
      headers: { ...etagHeader, ...replayedHeader },
    }),
  );
