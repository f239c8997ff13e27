/** A call that changed nothing, or was refused. */
export interface AuditedCall {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly actorRole: string | null;
  readonly ip: string;
  readonly method: string;
  /** The path template, never what was put into it; `*` where no route took the call. */
  readonly route: string;
  readonly status: number;
  readonly requestId: string;
}

export type SampledCall = AuditedCall & { readonly calls: number };

/** Refused calls of one kind that get a row of their own in each window. */
const ownRows = 5;
/** Kinds of refused calls that are told apart in a window; the rest are one kind. */
const maxKinds = 100;
const others = 'others';

/** Counted together with those of others, a call is told of nobody. */
const ofNobody = (call: AuditedCall): AuditedCall => ({
  ...call,
  actorId: null,
  actorName: null,
  actorRole: null,
  ip: 'many',
  route: '*',
});

/**
 * Decides which calls get a row of their own. Calls that were let in all do. Of refused ones, which anybody can make
 * as many of as they like, the first few of a kind (caller, address, route, status) do; the others are counted, and leave as
 * one row for each kind when the window is closed.
 */
export class CallSampler {
  private readonly kinds = new Map<string, { rows: number; rest: number; last: AuditedCall }>();

  /** True: it gets a row of its own. */
  admit(call: AuditedCall): boolean {
    if (call.status < 400) return true;
    const name = this.kindOf(call);
    const kind = this.kinds.get(name);
    if (name === others) {
      this.kinds.set(name, { rows: 0, rest: (kind?.rest ?? 0) + 1, last: ofNobody(call) });
      return false;
    }
    if (kind === undefined) {
      this.kinds.set(name, { rows: 1, rest: 0, last: call });
      return true;
    }
    if (kind.rows < ownRows) {
      kind.rows++;
      return true;
    }
    kind.rest++;
    kind.last = call;
    return false;
  }

  /** What was counted and not told yet; the next window begins. */
  close(): SampledCall[] {
    const counted = [...this.kinds.values()]
      .filter(({ rest }) => rest > 0)
      .map(({ rest, last }) => ({ ...last, calls: rest }));
    this.kinds.clear();
    return counted;
  }

  private kindOf({ actorId, ip, method, route, status }: AuditedCall): string {
    const kind = `${actorId} ${ip} ${method} ${route} ${status}`;
    return this.kinds.size < maxKinds || this.kinds.has(kind) ? kind : others;
  }
}
