/** What is kept of an article (SI-2). What its feed does not say is `null`. */
export interface Article {
  readonly cluster_id: string | null;
  readonly canonical_url: string | null;
  readonly title: string | null;
  /** ISO 8601. */
  readonly published_at: string | null;
  /** As the feed has it, markup included. */
  readonly body: string | null;
  readonly evidence_urls: readonly string[];
}
