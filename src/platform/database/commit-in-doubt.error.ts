import { UnavailableError } from '../../core/index.js';

/** The connection broke between COMMIT and its answer: nobody here can tell whether the change was made. */
export class CommitInDoubtError extends UnavailableError {
  override readonly code = 'commit-in-doubt';

  constructor(cause: unknown) {
    super(
      'The connection to the database broke during the commit: the change may have been made. Read it again before you repeat it',
      1_000,
      cause,
    );
  }
}
