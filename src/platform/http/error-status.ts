import { HttpStatus } from '@nestjs/common';

/** Code of an AppError → HTTP status. Every code there is stands here; a test holds the table against the source. */
export const errorStatus: Readonly<Record<string, number>> = {
  'request-invalid': HttpStatus.BAD_REQUEST,
  'min-version-invalid': HttpStatus.BAD_REQUEST,
  'config-query-invalid': HttpStatus.BAD_REQUEST,
  unauthorized: HttpStatus.UNAUTHORIZED,
  forbidden: HttpStatus.FORBIDDEN,
  'config-not-found': HttpStatus.NOT_FOUND,
  'version-conflict': HttpStatus.PRECONDITION_FAILED,
  'config-invalid': HttpStatus.UNPROCESSABLE_ENTITY,
  'precondition-required': HttpStatus.PRECONDITION_REQUIRED,
  'read-only-namespace': HttpStatus.INTERNAL_SERVER_ERROR,
  'settings-invalid': HttpStatus.INTERNAL_SERVER_ERROR,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
  'too-stale': HttpStatus.SERVICE_UNAVAILABLE,
  'version-not-reached': HttpStatus.SERVICE_UNAVAILABLE,
  'load-timeout': HttpStatus.SERVICE_UNAVAILABLE,
  'not-primary': HttpStatus.SERVICE_UNAVAILABLE,
  'config-unavailable': HttpStatus.SERVICE_UNAVAILABLE,
  'config-too-stale': HttpStatus.SERVICE_UNAVAILABLE,
  'database-unavailable': HttpStatus.SERVICE_UNAVAILABLE,
  'commit-in-doubt': HttpStatus.SERVICE_UNAVAILABLE,
};
