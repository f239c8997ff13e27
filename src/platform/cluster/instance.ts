/** A process, as it last told of itself. */
export interface Instance {
  readonly id: string;
  /** `host:pid`. */
  readonly name: string;
  readonly state: string;
  /** Stream → the `epoch:version` that the process has applied. */
  readonly applied: Readonly<Record<string, string>>;
  /** Pinned namespace → the `epoch:version` of what the process serves of it. */
  readonly served: Readonly<Record<string, string>>;
  /** Namespaces of which it applies nothing now. */
  readonly frozen: readonly string[];
  /** ISO 8601, UTC, by the database's clock. */
  readonly startedAt: string;
  readonly seenAt: string;
  /** It was heard of within the last 40 s. */
  readonly isLive: boolean;
}
