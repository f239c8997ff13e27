/** As many keys are purged in one change; one that names more would keep the polls of every process busy. */
export const purgedAtOnce = 1_000;
