import type { Clock } from '../../core/index.js';
import { HostGate } from './host-gate.js';

/** The gate of each host; those that nobody needs are forgotten. */
export class HostGates {
  private readonly gates = new Map<string, HostGate>();

  constructor(
    private readonly clock: Clock,
    private readonly places: number,
  ) {}

  get size(): number {
    return this.gates.size;
  }

  /** Runs a request of this host in its turn. */
  async within<T>(host: string, signal: AbortSignal, run: (gate: HostGate) => Promise<T>): Promise<T> {
    const gate = this.gateOf(host);
    try {
      await gate.enter(signal);
      try {
        return await run(gate);
      } finally {
        gate.leave();
      }
    } finally {
      this.sweep();
    }
  }

  private gateOf(host: string): HostGate {
    const known = this.gates.get(host);
    if (known !== undefined) return known;
    const gate = new HostGate(host, this.clock, this.places);
    this.gates.set(host, gate);
    return gate;
  }

  private sweep(): void {
    for (const [host, gate] of this.gates) if (gate.isIdle) this.gates.delete(host);
  }
}
