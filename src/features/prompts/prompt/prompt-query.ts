/** Which template, and whose settings. Valid: names are checked by whoever takes them from outside. */
export interface PromptQuery {
  readonly nodeName: string;
  /** As it is stored: an integer as its digits. `null`: nobody's settings. */
  readonly userId: string | null;
  /** Canonical BCP 47, or `any`. */
  readonly language: string;
  readonly label: string;
}
