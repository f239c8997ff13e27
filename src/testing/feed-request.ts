import type { IncomingHttpHeaders } from 'node:http';

/** A request as a {@link FeedUpstream} received it. */
export interface FeedRequest {
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** `null` until it is answered. */
  status: number | null;
}
