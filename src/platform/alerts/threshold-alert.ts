/** That a share crossed its threshold, or that it is steadily back (SI-10). It holds no value, key or address. */
export interface ThresholdAlert {
  /** The same however often it is sent: receivers can tell a repetition. */
  readonly id: string;
  readonly kind: 'threshold-crossed' | 'threshold-recovered';
  readonly namespace: string;
  /** What is measured: `ttl-violations`, `hit-ratio`, `disk-used`. */
  readonly measure: string;
  /** 0..1, or more where more than all can be used; `null` where there is too little to measure. */
  readonly share: number | null;
  /** 0..1. */
  readonly threshold: number;
  /** When this was noticed; ISO 8601. */
  readonly at: string;
}
