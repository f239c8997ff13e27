/** Everything that a run of chaos noted: the checker knows nothing else. Moments are ms since the Unix epoch. */
export interface ChaosLog {
  readonly seed: number;
  /** The one lineage of the run. */
  readonly epoch: string;
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  /** What the database itself says: which version said what of which key. */
  readonly history: readonly Told[];
  /** Its change log. */
  readonly changes: readonly Change[];
  readonly heals: readonly Heal[];
  readonly final: Final;
}

export interface Write {
  readonly key: string;
  /** No two writes of a run say the same; `null` deletes. */
  readonly text: string | null;
  /** `refused`: the answer says that nothing was done; `maybe`: no clear answer came. */
  readonly outcome: 'acked' | 'refused' | 'maybe';
  readonly version?: number;
  readonly via: string;
  readonly sentAt: number;
  readonly endedAt: number;
}

/** One answer; `code` in place of a value. */
export interface Read {
  /** One life of a process: `A#2`. */
  readonly node: string;
  readonly key: string;
  readonly sentAt: number;
  readonly endedAt: number;
  /** What the process had applied when it was asked, and of which epoch. */
  readonly applied: number;
  readonly appliedEpoch: string | null;
  /** `null`: there is no such item. */
  readonly text?: string | null;
  readonly version?: number;
  readonly epoch?: string;
  readonly isStale?: boolean;
  readonly ageMs?: number;
  readonly reason?: string;
  readonly source?: string;
  /** `no-answer`: the connection broke, though the process lived. */
  readonly code?: string;
}

export interface Told {
  readonly key: string;
  readonly version: number;
  readonly text: string | null;
}

export interface Change {
  readonly version: number;
  readonly kind: 'changed' | 'purged';
  readonly scope: string;
  readonly at: number;
}

export interface Heal {
  readonly at: number;
  /** Until all processes were on the newest version; `null`: they never were. */
  readonly ms: number | null;
}

export interface Final {
  readonly version: number;
  readonly items: Readonly<Record<string, string | null>>;
  readonly nodes: Readonly<Record<string, readonly Read[]>>;
}
