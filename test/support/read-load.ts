import { percentile } from './fault-report.js';
import type { FleetNode, PhaseAnswer } from './fleet-node.js';
import { pollUntil } from './poll-until.js';

/** One answer, or what came in its place. A failing test prints it without the process it came from. */
export class Read {
  readonly #node: FleetNode;

  constructor(
    node: FleetNode,
    readonly sentAt: number,
    readonly ms: number,
    /** 0: no answer. */
    readonly status: number,
    readonly body: PhaseAnswer | undefined,
    readonly isDegraded: boolean,
    readonly error = '',
  ) {
    this.#node = node;
  }

  get node(): FleetNode {
    return this.#node;
  }
}

/** Readers that ask the processes in turn, whatever happens to them, and note every answer. */
export class ReadLoad {
  readonly reads: Read[] = [];
  private readonly underway = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;
  private asked: readonly FleetNode[];

  constructor(
    private readonly nodes: readonly FleetNode[],
    everyMs = 5,
  ) {
    this.asked = nodes;
    this.timer = setInterval(() => this.send(), everyMs);
  }

  get failed(): Read[] {
    return this.reads.filter(({ status }) => status !== 200);
  }

  /** Answers to what was sent in a span of time. */
  between(from: number, to = Number.POSITIVE_INFINITY): Read[] {
    return this.reads.filter(({ sentAt }) => sentAt >= from && sentAt < to);
  }

  /** Of answers to what was sent in a span of time (ms). */
  p99(from: number, to?: number): number {
    return percentile(this.between(from, to).map(({ ms }) => ms));
  }

  /** Answers with an older version than the same process had answered before they were asked for. */
  wentBack(): Read[] {
    return this.nodes.flatMap((node) => {
      const own = this.reads.filter((read) => read.node === node && read.status === 200);
      const answered = own.toSorted((a, b) => endOf(a) - endOf(b));
      let highest = 0;
      let next = 0;
      return own
        .toSorted((a, b) => a.sentAt - b.sentAt)
        .filter((read) => {
          for (; endOf(answered[next]!) < read.sentAt; next++) {
            highest = Math.max(highest, answered[next]!.body!.meta.version);
          }
          return read.body!.meta.version < highest;
        });
    });
  }

  /** Settles after `count` more answers. */
  async more(count: number): Promise<void> {
    const enough = this.reads.length + count;
    await pollUntil(() => this.reads.length >= enough, `${count} more reads are answered`);
  }

  /** Nothing is sent to this process any more, as by a balancer that saw it go. */
  leaveOut(node: FleetNode): void {
    this.asked = this.asked.filter((each) => each !== node);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underway);
  }

  private send(): void {
    const node = this.asked[this.turn++ % this.asked.length]!;
    const sending = this.read(node).finally(() => this.underway.delete(sending));
    this.underway.add(sending);
  }

  private async read(node: FleetNode): Promise<void> {
    const sentAt = Date.now();
    const start = performance.now();
    const took = () => performance.now() - start;
    try {
      const { status, body, headers } = await node.read();
      this.reads.push(new Read(node, sentAt, took(), status, body, headers.has('degraded')));
    } catch (error) {
      const { message, cause } = error as Error;
      this.reads.push(new Read(node, sentAt, took(), 0, undefined, false, `${message} ${String(cause)}`));
    }
  }
}

/** A full millisecond later, as the beginning is rounded down. */
const endOf = ({ sentAt, ms }: Read): number => sentAt + ms + 1;
