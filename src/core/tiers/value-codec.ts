/** How a namespace's values become JSON and come back; needed where they are more than JSON. */
export interface ValueCodec<T> {
  /** The version of the form that `encode` writes. */
  readonly schema: number;
  /** What `JSON.stringify` takes. */
  encode(value: T): unknown;
  /** Throws for whatever is no valid value. `schema` is the form's version, this one or an older one. */
  decode(json: unknown, schema: number): T;
}

/** For values that are JSON already. */
export const plainJson: ValueCodec<unknown> = {
  schema: 1,
  encode: (value) => value,
  decode: (json) => json,
};
