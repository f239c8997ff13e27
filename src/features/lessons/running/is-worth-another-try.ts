/** Data, constraints, the statement itself: asked again, the database answers the same. */
const final = /^(22|23|42)/;

/** Whether what failed may succeed later with nothing changed. What is no answer of the database is. */
export function isWorthAnotherTry(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code !== 'string' || !final.test(code);
}
