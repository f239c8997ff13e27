/** An error in one line, with what is below it where that says more. */
export function describeCause(error: unknown): string {
  const told: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null; at = causeOf(at)) {
    const text = textOf(at);
    if (!told.some((each) => each.includes(text))) told.push(text);
  }
  return told.join(': ');
}

/** Of several failures at once, as of the addresses of one name, the first stands for all. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
