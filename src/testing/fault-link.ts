import type { Socket } from 'node:net';
import { FaultLane, type Delivery } from './fault-lane.js';
import type { FaultMode } from './fault-mode.js';

/** One connection through the proxy: the client's socket, the server's, and a lane for each direction. */
export class FaultLink {
  private hasClientLeft = false;
  private isClientDeaf = false;
  private replied = 0;
  private toServer: FaultLane | undefined;
  private toClient: FaultLane | undefined;
  private server: Socket | undefined;

  /** `mode` tells the proxy's mode at the moment of each chunk; `gone` is called when both sockets are closed. */
  constructor(
    private readonly client: Socket,
    private readonly mode: () => FaultMode,
    private readonly gone: (link: FaultLink) => void,
  ) {
    client.on('end', () => (this.hasClientLeft = true));
    this.watch(client);
  }

  /** The client has not hung up and has not been hung up on. A dead connection can't answer, so its FIN counts. */
  get isOpen(): boolean {
    return !this.client.destroyed && !(this.isClientDeaf && this.hasClientLeft);
  }

  join(server: Socket): void {
    this.server = server;
    this.watch(server);
    this.toServer = new FaultLane(this.client, server, (chunk) => this.shapeRequest(chunk));
    this.toClient = new FaultLane(server, this.client, (chunk) => this.shapeReply(chunk));
  }

  /** What is silenced stays silent whatever comes next, and hears of no later fault. */
  apply(mode: FaultMode): void {
    if (mode === 'refuse') this.cut((socket) => socket.destroy());
    if (mode === 'reset') this.cut((socket) => socket.resetAndDestroy());
    if (mode === 'black-hole') this.toServer?.silence();
    if (mode === 'black-hole' || mode === 'half-open') this.deafenClient();
  }

  destroy(): void {
    this.client.destroy();
    this.server?.destroy();
  }

  private deafenClient(): void {
    this.isClientDeaf = true;
    this.toClient?.silence();
    this.client.resume();
  }

  private cut(end: (socket: Socket) => void): void {
    if (this.server && !this.toServer?.isSilent) end(this.server);
    if (!this.isClientDeaf) end(this.client);
  }

  private watch(socket: Socket): void {
    // A socket's error without a listener ends the process; the lanes learn of it from the close that follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.client.destroyed && this.server?.destroyed !== false) this.gone(this);
    });
  }

  private shapeRequest(chunk: Buffer): Delivery {
    this.replied = 0;
    return { bytes: chunk, delayMs: delayOf(this.mode()) };
  }

  private shapeReply(chunk: Buffer): Delivery {
    const mode = this.mode();
    const left = Math.max(0, truncationOf(mode) - this.replied);
    this.replied += chunk.length;
    if (chunk.length > left) return { bytes: chunk.subarray(0, left), isLast: true };
    return { bytes: mode === 'corrupt' ? flipOneByte(chunk) : chunk, delayMs: delayOf(mode) };
  }
}

function delayOf(mode: FaultMode): number | undefined {
  return typeof mode === 'object' && mode.kind === 'slow' ? mode.delayMs : undefined;
}

function truncationOf(mode: FaultMode): number {
  return typeof mode === 'object' && mode.kind === 'truncate' ? mode.afterBytes : Infinity;
}

function flipOneByte(chunk: Buffer): Buffer {
  const flipped = Buffer.from(chunk);
  const middle = chunk.length >> 1;
  flipped[middle] = (flipped[middle] ?? 0) ^ 0xff;
  return flipped;
}
