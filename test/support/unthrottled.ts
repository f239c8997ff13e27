/** For tests that call admin routes as fast as they can. One that wants the real rate sets it. */
export const unthrottled = { ADMIN_RATE_PER_SECOND: '100000', ADMIN_RATE_BURST: '100000' };
