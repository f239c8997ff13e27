import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';

/** A client that opened a connection may take this long until its first byte is here. */
const unusedAfterMs = 1_000;

/**
 * The connections that clients opened ahead and never used, as browsers and balancers do. Node counts them among the
 * busy ones, so that they would hold up an orderly end for as long as headers may take.
 */
@Injectable()
export class OpenConnections {
  private readonly openedAt = new Map<Socket, number>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.openedAt.set(socket, performance.now());
      socket.once('close', () => this.openedAt.delete(socket));
    });
  }

  closeUnused(): void {
    const now = performance.now();
    for (const [socket, openedAt] of this.openedAt)
      if (socket.bytesRead === 0 && now - openedAt >= unusedAfterMs) socket.destroy();
  }
}
