import { HttpException, HttpStatus } from '@nestjs/common';
import { AppError, TooStaleError, UnavailableError } from '../../core/index.js';
import { RateLimitedError } from '../security/index.js';
import { errorStatus } from './error-status.js';

/** A problem detail (RFC 9457). `type` is `about:blank`: `code` is what programs compare. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly faults?: readonly unknown[];
}

const titleOf = (status: number): string =>
  (HttpStatus[status] ?? 'ERROR')
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/^./, (first) => first.toUpperCase());

/** Pure: what a caller is told of an error. Of one that nobody meant, only that it happened. */
export function toProblem(error: unknown, requestId: string): Problem {
  const build = (status: number, code: string, detail: string, faults?: readonly unknown[]): Problem => ({
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail,
    code,
    requestId,
    ...(faults && { faults }),
  });
  if (error instanceof AppError) {
    const { faults } = error as { faults?: readonly unknown[] };
    return build(errorStatus[error.code] ?? 500, error.code, error.message, faults);
  }
  if (error instanceof HttpException)
    return build(error.getStatus(), codeOf(error.getStatus()), error.message);
  const { statusCode, message } = (error ?? {}) as { statusCode?: number; message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return build(statusCode, codeOf(statusCode), message ?? '');
  }
  return build(500, 'internal', 'An error that was not foreseen; the log has it under this requestId');
}

const codeOf = (status: number): string => (HttpStatus[status] ?? 'error').toLowerCase().replaceAll('_', '-');

/** Seconds for the Retry-After header, rounded up; `null` where it makes no sense. */
export function retryAfterSeconds(error: unknown): number | null {
  const isToRetry =
    error instanceof UnavailableError || error instanceof TooStaleError || error instanceof RateLimitedError;
  return isToRetry ? Math.max(1, Math.ceil(error.retryAfterMs / 1000)) : null;
}
