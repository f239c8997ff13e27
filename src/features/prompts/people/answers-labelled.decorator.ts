import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { z } from 'zod';
import { minVersionHeader } from '../../../platform/cache/index.js';
import { Answers, AnswersNothing } from '../../../platform/http/index.js';

const headers = {
  ETag: 'Weak: it names what is answered, not the age that is told with it',
  Age: 'Seconds since the database last confirmed it',
  'Cache-Control': 'How long the policy allows a stale answer',
  'Cache-Status': 'RFC 9211: hit or miss, what is left of the time to live, and the reason of `meta`',
};

/** What a route that answers by `readLabelled` answers: labelled, or that the caller has it already. */
export const AnswersLabelled = (schema: z.ZodType): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of an earlier answer' }),
    ApiHeader({
      name: minVersionHeader,
      required: false,
      description: 'The least version, as `epoch:version`',
    }),
    Answers(schema, { headers }),
    AnswersNothing(304, 'What the ETag names is what would be answered', headers),
  );
