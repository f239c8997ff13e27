import type { IncomingHttpHeaders } from 'node:http';
import { AppError, parsePoint, type Point } from '../../core/index.js';

/** The least version an answer may be of, as `epoch:version` (PROTOCOL CO-15). */
export const minVersionHeader = 'x-min-version';

class MinVersionInvalidError extends AppError {
  readonly code = 'min-version-invalid';
  readonly retryable = false;

  constructor(text: string) {
    super(
      `${minVersionHeader} must be "epoch:version", as a publication tells it; got "${text.slice(0, 100)}"`,
    );
  }
}

/** @throws MinVersionInvalidError */
export function readMinVersion(headers: IncomingHttpHeaders): Point | null {
  const text = headers[minVersionHeader];
  if (text === undefined) return null;
  const point = parsePoint(String(text));
  if (point === null) throw new MinVersionInvalidError(String(text));
  return point;
}
