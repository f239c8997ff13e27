const toleranceMs = 300_000;

/** Sent now, as far as clocks agree: what is older may be a replay. Both in ms of the wall clock. */
export const isTimely = (sentAt: number, now: number): boolean => Math.abs(now - sentAt) <= toleranceMs;

export const timelyForm = `within ${toleranceMs / 60_000} minutes of now`;
