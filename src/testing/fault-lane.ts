import type { Socket } from 'node:net';

/** What to do with a chunk: hand it on (perhaps changed), after how long, and whether the connection ends with it. */
export interface Delivery {
  bytes: Buffer;
  delayMs?: number | undefined;
  isLast?: boolean;
}

/** One direction of a connection. It reads no faster than the other side takes, and can be silenced for good. */
export class FaultLane {
  private silent = false;
  private waiting: NodeJS.Timeout | undefined;

  /** `shape` is asked for every chunk as it arrives. */
  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly shape: (chunk: Buffer) => Delivery,
  ) {
    from.on('data', (chunk: Buffer) => this.receive(chunk));
    from.on('end', () => this.finish());
    from.on('close', (hasFailed: boolean) => (hasFailed ? this.fail() : this.finish()));
    to.on('drain', () => from.resume());
  }

  get isSilent(): boolean {
    return this.silent;
  }

  /** Nothing passes from now on, not even the news that the sender is gone. */
  silence(): void {
    this.silent = true;
    clearTimeout(this.waiting);
    // Read on and forget: only a socket that is read notices that its peer has left.
    this.from.resume();
  }

  private receive(chunk: Buffer): void {
    if (this.silent) return;
    const delivery = this.shape(chunk);
    if (delivery.delayMs === undefined) return this.deliver(delivery);
    this.from.pause();
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.from.resume();
      this.deliver(delivery);
      this.finish();
    }, delivery.delayMs);
  }

  private deliver({ bytes, isLast }: Delivery): void {
    if (!this.to.writable) return;
    const isTaken = this.to.write(bytes);
    if (isLast) this.to.destroySoon();
    else if (!isTaken) this.from.pause();
  }

  /** A sender may be gone while its last chunk still waits for its time. */
  private finish(): void {
    if (this.silent || this.waiting) return;
    if (this.from.destroyed) this.to.destroySoon();
    else if (this.from.readableEnded) this.to.end();
  }

  private fail(): void {
    clearTimeout(this.waiting);
    if (!this.silent) this.to.resetAndDestroy();
  }
}
