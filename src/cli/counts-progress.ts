import { SingleBar } from 'cli-progress';

/** How far a piece of work has come: a bar on stderr where that is a terminal, and nothing elsewhere. */
export class CountsProgress<Name extends string> {
  private readonly bar: SingleBar | null;

  /** @param names what is counted, in the order it is shown */
  constructor(total: number, names: readonly Name[], isTerminal: boolean = process.stderr.isTTY) {
    const counts = names.map((name) => `{${name}} ${name} | `).join('');
    const format = `{bar} {value}/{total} | ${counts}{eta_formatted} left`;
    this.bar = isTerminal ? new SingleBar({ format, stream: process.stderr, hideCursor: true }) : null;
    this.bar?.start(total, 0, Object.fromEntries(names.map((name) => [name, 0])));
  }

  /** @param total where more is known of it by now */
  show(processed: number, counts: Readonly<Record<Name, number>>, total?: number): void {
    if (total !== undefined) this.bar?.setTotal(total);
    this.bar?.update(processed, counts);
  }

  stop(): void {
    this.bar?.stop();
  }
}
