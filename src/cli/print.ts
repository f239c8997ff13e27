/** One line for whoever called. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** For programs: all that a command tells, as one value. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** One line for whoever watches; no part of what was asked for. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
