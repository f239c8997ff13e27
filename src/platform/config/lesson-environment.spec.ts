import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

function faultsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('the settings of lessons', () => {
  it('takes limits of lessons from 0 to 1, and no concurrency at all (LE-6, LE-7)', () => {
    const { lessons } = parseConfig({
      LESSON_CONCURRENCY: '0',
      LESSON_ACCEPT_SCORE: '1',
      LESSON_GOOD_ENOUGH_SCORE: '1.0',
      LESSON_MAX_ITERATIONS: '10',
      LESSON_MAX_TOKENS: '1000',
      LESSON_TIME_BUDGET_MS: '1000',
      LESSON_AGREEMENT_THRESHOLD: '.05',
    });
    expect(lessons).toMatchObject({
      concurrency: 0,
      limits: {
        acceptScore: 1,
        goodEnoughScore: 1,
        maxIterations: 10,
        maxTokens: 1_000,
        maxMs: 1_000,
        agreementThreshold: 0.05,
      },
    });
  });

  it.each([
    ['LESSON_CONCURRENCY', '51', 'a whole number from 0 to 50'],
    ['LESSON_ACCEPT_SCORE', '1.01', 'a number from 0 to 1'],
    ['LESSON_GOOD_ENOUGH_SCORE', '-1', 'a number from 0 to 1'],
    ['LESSON_GOOD_ENOUGH_SCORE', '0.86', 'at most LESSON_ACCEPT_SCORE, 0.85'],
    ['LESSON_MAX_ITERATIONS', '0', 'a whole number from 1 to 10'],
    ['LESSON_MAX_TOKENS', '1e6', 'a whole number from 1000 to 100000000'],
    ['LESSON_TIME_BUDGET_MS', '999', 'a whole number from 1000 to 86400000'],
    ['LESSON_AGREEMENT_THRESHOLD', 'half', 'a number from 0 to 1'],
  ])('refuses %s=%s by its name and its limit (LE-6)', (name, value, form) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: must be ${form}; got "${value}"`]);
  });
});
