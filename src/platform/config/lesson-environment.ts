import { fraction, whole } from './setting-forms.js';
import { setting } from './setting.js';

/** How lessons are written, and how many at once. */
export const lessonEnvironment = {
  LESSON_CONCURRENCY: setting(
    whole(0, 50).default(2),
    'Lessons that this process writes at once; 0: it takes none, and others write what is ordered here',
    '2',
  ),
  LESSON_ACCEPT_SCORE: setting(fraction.default(0.85), 'Score from which a draft is accepted', '0.85'),
  LESSON_GOOD_ENOUGH_SCORE: setting(
    fraction.default(0.75),
    'Score from which the best draft is taken when no more may be tried; at most `LESSON_ACCEPT_SCORE`',
    '0.75',
  ),
  LESSON_MAX_ITERATIONS: setting(
    whole(1, 10).default(3),
    'Drafts of a lesson that are judged, the first included',
    '3',
  ),
  LESSON_MAX_TOKENS: setting(
    whole(1_000, 100_000_000).default(500_000),
    'Tokens of a lesson, in and out together, past which no iteration is begun',
    '500000',
  ),
  LESSON_TIME_BUDGET_MS: setting(
    whole(1_000, 86_400_000).default(1_800_000),
    'Working time of a lesson (ms) past which no iteration is begun',
    '1800000',
  ),
  LESSON_AGREEMENT_THRESHOLD: setting(
    fraction.default(0.1),
    'Scores of two judges that are no further apart agree',
    '0.1',
  ),
};
