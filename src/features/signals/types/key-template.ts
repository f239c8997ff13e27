/**
 * `odds:{game_id}:{book}:{market}`: how the key of a type is made of its id, which is the values of the placeholders
 * with `:` between them. Constants stand before the first placeholder alone.
 */
export interface KeyTemplate {
  readonly text: string;
  /** Up to the first placeholder, `odds:`. */
  readonly prefix: string;
  readonly placeholders: readonly string[];
}
