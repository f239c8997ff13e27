/** Inject the `StatementPool` that pg-boss asks over: what it waits for keeps nobody else waiting. */
export const JOBS_POOL = Symbol('JOBS_POOL');
