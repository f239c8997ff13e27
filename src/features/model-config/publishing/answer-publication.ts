import { HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Publication } from './config-publisher.js';
import type { Precondition } from './row-precondition.js';

/** What was put can be put again: its new ETag goes along. 201 for what did not exist. */
export function answerPublication(
  publication: Publication,
  expected: Precondition,
  reply: FastifyReply,
): Publication {
  reply.header('etag', `"${publication.rowVersion}"`);
  if (expected === 'absent') reply.status(HttpStatus.CREATED);
  return publication;
}
