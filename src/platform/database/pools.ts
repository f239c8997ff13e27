/** Inject a `StatementPool`: for loads and polls, and for everything else that is no change of anybody's data. */
export const READ_POOL = Symbol('READ_POOL');
export const BOOKKEEPING_POOL = Symbol('BOOKKEEPING_POOL');
