/** A profile as a file has it, checked by nobody yet. */
export interface PlacedProfile {
  /** `line 7` of a table, or `profile 4` of a list; both from 1. */
  readonly place: string;
  readonly profile: unknown;
}
