/** A moment of a stream's history. */
export interface Point {
  /** The lineage of the database; another epoch is another history, and not to be compared. */
  readonly epoch: string;
  /** The stream's counter. */
  readonly version: number;
}

/** A point as callers hand it on: `epoch:version`. */
export const renderPoint = ({ epoch, version }: Point): string => `${epoch}:${version}`;

/** `null` for a text that is no `epoch:version`. */
export function parsePoint(text: string): Point | null {
  const [, epoch, digits] = /^([\w.-]{1,100}):(\d{1,15})$/.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, version: Number(digits) };
}
