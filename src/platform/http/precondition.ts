import { AppError } from '../../core/index.js';

/** A change must say which version it was made for. */
class PreconditionRequiredError extends AppError {
  readonly code = 'precondition-required';
  readonly retryable = false;

  constructor() {
    super(
      'Say what you change: "If-Match: <the row\'s ETag>", or "If-None-Match: *" for what does not exist yet',
    );
  }
}

/** What is there is not what the change was made for. */
class VersionConflictError extends AppError {
  readonly code = 'version-conflict';
  readonly retryable = false;
}

/** What a change expects to find: a version, nothing at all, or anything. */
export type Precondition = { readonly version: number } | 'absent' | 'present';

/**
 * Reads If-Match and If-None-Match.
 * @throws PreconditionRequiredError without either, VersionConflictError for a tag that cannot be ours
 */
export function readPrecondition(ifMatch: string | undefined, ifNoneMatch: string | undefined): Precondition {
  if (ifMatch === undefined) {
    if (ifNoneMatch?.trim() === '*') return 'absent';
    throw new PreconditionRequiredError();
  }
  if (ifMatch.trim() === '*') return 'present';
  const version = /^"(\d+)"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw new VersionConflictError(`If-Match: ${ifMatch} is no ETag of a row`);
  return { version: Number(version) };
}

/** @param found the version of what is there, `null` for nothing */
export function checkPrecondition(expected: Precondition, found: number | null, subject: string): void {
  if (expected === 'absent') {
    if (found !== null) throw new VersionConflictError(`${subject} exists already, as version ${found}`);
    return;
  }
  if (found === null) throw new VersionConflictError(`${subject} does not exist`);
  if (expected !== 'present' && expected.version !== found) {
    throw new VersionConflictError(`${subject} is at version ${found}, not ${expected.version}`);
  }
}
