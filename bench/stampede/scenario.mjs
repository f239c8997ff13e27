export const processes = 8;
export const callers = 50;
export const originMs = 500;
/** Long enough that a load, a lock that has to lapse and another load fit into it. */
export const policy = { hardTimeoutMs: 6_000 };
/** Of a load's lock: half the hard timeout. */
export const lockTtlMs = policy.hardTimeoutMs / 2;
