/** An article as a feed names it. */
export interface FeedArticle {
  /** Its guid (RSS) or id (Atom). */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly body: string;
}
