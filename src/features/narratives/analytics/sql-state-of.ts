/** The five characters by which Postgres names an error; empty for any other error. */
export function sqlStateOf(error: unknown): string {
  const { code, driverError } = Object(error) as { code?: string; driverError?: { code?: string } };
  return driverError?.code ?? code ?? '';
}
