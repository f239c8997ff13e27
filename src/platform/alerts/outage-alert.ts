/** That stale service outlasted its alarm, or that it ended (MC-21). It holds no value, key or address. */
export interface OutageAlert {
  /** The same however often it is sent: receivers can tell a repetition. */
  readonly id: string;
  readonly kind: 'outage' | 'recovery';
  readonly namespace: string;
  /** How old what is served is now (ms). */
  readonly ageMs: number;
  /** The age (ms) from which it is an outage. */
  readonly alarmMs: number;
  /** When what was served in the outage had last been confirmed; ISO 8601. */
  readonly confirmedAt: string;
  /** When this was noticed; ISO 8601. */
  readonly at: string;
  /** Why the process is degraded, as in `/health`; none in a recovery. */
  readonly reasons: readonly string[];
}
