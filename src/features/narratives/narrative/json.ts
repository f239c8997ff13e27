export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** May have no prototype. */
export interface JsonObject {
  readonly [name: string]: Json;
}
