import { SourceRequestError } from './source-request.error.js';

/** Of what a connection fails with only the code is told: a message may name what was sent. */
export function faultOfConnection(error: unknown, host: string): SourceRequestError {
  const { code } = error as { readonly code?: unknown };
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new SourceRequestError('timeout', `No connection to ${host} in time`);
  const shown = typeof code === 'string' ? ` (${code})` : '';
  return new SourceRequestError('network', `The connection to ${host} failed${shown}`);
}
