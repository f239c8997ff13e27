/** A template as it is served under a label. Frozen; the same object for as long as it is current. */
export interface PromptTemplate {
  readonly nodeName: string;
  /** Of what was found: as asked for, less specific, or `any`. */
  readonly language: string;
  readonly label: string;
  readonly version: number;
  /** What goes before, as the model's instruction; `null` where the template has none. */
  readonly system: string | null;
  readonly body: string;
  /** What every context has to give; sorted. */
  readonly dynamicPlaceholders: readonly string[];
  readonly cacheTtlMs: number;
  readonly allowStale: boolean;
  /** The share of people, 0..1, whose prompts are rendered where they are asked for. */
  readonly localShare: number;
}
