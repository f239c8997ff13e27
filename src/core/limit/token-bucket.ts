/** How many tokens a bucket gains each second, and how many it holds at most; both at least 1. */
export interface BucketRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What came of asking a bucket for one token. Who is refused has taken none. */
export interface Taken {
  readonly isTaken: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Until there is a token again; 0 where one was taken. */
  readonly retryAfterMs: number;
  /** Until the bucket is full. */
  readonly fullInMs: number;
}

/** Port: buckets that several processes take from. */
export interface TokenBucket {
  /** False while nobody could tell; then `take` is not worth the asking. */
  readonly isUp: boolean;
  /** Takes a token from the bucket of this name. Rejects when nobody can tell. */
  take(name: string): Promise<Taken>;
}
