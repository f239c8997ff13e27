/** One line for whoever called. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line for whoever watches; no part of what was asked for. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
