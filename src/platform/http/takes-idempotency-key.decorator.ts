import { ApiHeader } from '@nestjs/swagger';
import { idempotencyKeyForm } from './read-idempotency-key.js';

/** The header `Idempotency-Key`, for the document at `/docs`. */
export const TakesIdempotencyKey = (description: string): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description,
    schema: { type: 'string', pattern: idempotencyKeyForm.source },
  });
