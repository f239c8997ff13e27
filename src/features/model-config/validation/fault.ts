/** One thing that is wrong with a proposed configuration. */
export interface Fault {
  /** Where: `phases[3].temperature` in a document, `phases[stage_3/any/standard].maxTokens` among rows. */
  readonly path: string;
  /** Names the field, its value and the limit. */
  readonly message: string;
}
