import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { AppError } from '../../core/index.js';
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

const tooLarge: number = HttpStatus.PAYLOAD_TOO_LARGE;

const nameOf = (status: number): string =>
  (HttpStatus[status] ?? STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[_ ]/g, '-');

const titleOf = (status: number): string =>
  nameOf(status)
    .replaceAll('-', ' ')
    .replace(/^./, (first) => first.toUpperCase());

/** A problem that is no more than its status; `detail` is for people. */
export const problemOf = (
  status: number,
  detail: string,
  requestId: string,
  code = nameOf(status),
): Problem => ({ type: 'about:blank', title: titleOf(status), status, detail, code, requestId });

/**
 * Pure: what a caller is told of an error. Of one that nobody meant, only that it happened.
 * @param bodyLimit bytes that the body may have where the error arose
 */
export function toProblem(error: unknown, requestId: string, bodyLimit: number): Problem {
  if (error instanceof AppError) {
    const { offences, faults = offences } = error as Listing;
    const problem = problemOf(errorStatus[error.code] ?? 500, error.message, requestId, error.code);
    return faults ? { ...problem, faults } : problem;
  }
  const told = toldBy(error);
  if (told !== null) {
    const isTooLarge = told.status === tooLarge;
    const detail = isTooLarge ? `The body may have at most ${bodyLimit} bytes` : told.detail;
    return problemOf(told.status, detail, requestId);
  }
  const detail = 'An error that was not foreseen; the log has it under this requestId';
  return problemOf(500, detail, requestId, 'internal');
}

/** Everything that is wrong: with what was sent, or with parts of what was asked for. */
interface Listing {
  readonly faults?: readonly unknown[];
  readonly offences?: readonly unknown[];
}

/** What Nest, or Fastify of a request that is not in order, says of an error. */
function toldBy(error: unknown): { status: number; detail: string } | null {
  if (error instanceof HttpException) {
    const status = error.getStatus();
    // The framework quotes the URL, and with it whatever somebody put into its query.
    return { status, detail: status === 404 ? 'There is nothing at this path' : error.message };
  }
  const { statusCode, message } = (error ?? {}) as { statusCode?: number; message?: string };
  const isTheirs = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isTheirs ? { status: statusCode, detail: message ?? '' } : null;
}

/** Seconds for the Retry-After header, rounded up; `null` where it makes no sense. */
export function retryAfterSeconds(error: unknown): number | null {
  const { retryAfterMs } = (error ?? {}) as { readonly retryAfterMs?: unknown };
  const isToRetry = error instanceof AppError && error.retryable && typeof retryAfterMs === 'number';
  return isToRetry ? Math.max(1, Math.ceil(retryAfterMs / 1000)) : null;
}
