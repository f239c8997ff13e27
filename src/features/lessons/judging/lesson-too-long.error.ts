import { AppError } from '../../../core/index.js';

/** The sources of a lesson leave too few judges that could read it. Nothing was paid for. */
export class LessonTooLongError extends AppError {
  readonly code = 'lesson-too-long';
  readonly retryable = false;

  constructor(tokens: number, language: string) {
    super(
      `Fewer than two judges of language "${language}" have a model whose context takes the lesson's sources: its prompt has about ${tokens} tokens without the draft`,
      { tokens, language },
    );
  }
}
