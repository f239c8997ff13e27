/** An error in one line, with what is at its bottom where that says more. */
export function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  return cause instanceof Error && cause.message !== message
    ? `${message}: ${describeCause(cause)}`
    : message;
}
