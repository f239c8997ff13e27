/** What can be kept of a step. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The steps of one lesson, each kept when it is done: whoever goes on with the lesson is given what is kept, and pays
 * for nothing twice (LE-7). A key names a step for ever: `1/expander/3`.
 */
export interface Steps {
  /**
   * What is kept of the step; else what `work` gives, which is kept before it is returned. While the database is away
   * it is kept in memory, and written as soon as that can be.
   * @throws whatever `work` throws: nothing is kept then
   * @throws LessonCancelledError, LessonSuspendedError before `work` is begun
   */
  run<T extends Json>(key: string, work: () => Promise<T>): Promise<T>;
}
