import { DatabaseUnavailableError } from '../platform/database/database-unavailable.error.js';
import { DatabaseUnreachableError } from './database-unreachable.error.js';
import { ServerUnreachableError } from './server-unreachable.error.js';

/** Whether what a command works on was away; then nothing was changed. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof ServerUnreachableError ||
  error instanceof DatabaseUnreachableError ||
  error instanceof DatabaseUnavailableError;
