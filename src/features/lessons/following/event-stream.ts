import type { ServerResponse } from 'node:http';
import type { FedEvent } from './event-feed.js';

const ended = 'ended';

/** Server-sent events to one client, who is cut off when it leaves too much unread. */
export class EventStream {
  private isAwayTold = false;
  private isOver = false;

  constructor(
    readonly id: string,
    /** The last event that was sent. */
    public after: number,
    private readonly response: ServerResponse,
    private readonly maxUnreadBytes: number,
  ) {}

  /** Nothing more will be sent: the lesson has ended, or nobody reads. */
  get isClosed(): boolean {
    return this.isOver || this.response.destroyed;
  }

  send({ seq, type, data }: Pick<FedEvent, 'seq' | 'type' | 'data'>): void {
    if (this.isClosed) return;
    this.after = seq;
    this.write(`id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (type === ended) this.close();
  }

  /** Keeps the connection from looking dead. */
  beat(): void {
    this.write(': \n\n');
  }

  /** Once in each outage. */
  databaseIsAway(isAway: boolean): void {
    if (isAway && !this.isAwayTold) this.write(': database unavailable\n\n');
    this.isAwayTold = isAway;
  }

  close(): void {
    if (this.isClosed) return;
    this.isOver = true;
    this.response.end();
  }

  private write(text: string): void {
    if (this.isClosed) return;
    this.response.write(text);
    if (this.response.writableLength > this.maxUnreadBytes) this.response.destroy();
  }
}
