/** One line for whoever called. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
