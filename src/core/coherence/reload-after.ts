/**
 * However often the counter says that nothing changed, a value is loaded anew this long (ms) after its last load: the
 * backstop against a change that no trigger counted (PROTOCOL CO-7).
 */
export const reloadAfterMs = 3_600_000;
