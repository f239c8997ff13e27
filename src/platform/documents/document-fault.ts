/** One thing that is wrong with a document. */
export interface DocumentFault {
  /** `line 3, column 7` of its text, or `phases[3].temperature`. */
  readonly path: string;
  readonly message: string;
}
