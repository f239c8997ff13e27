import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FaultLink } from './fault-link.js';
import type { FaultMode } from './fault-mode.js';

const host = '127.0.0.1';

/** Below every system's range for outgoing connections: nobody is given the port while the proxy refuses on it. */
const ports = { from: 20_000, to: 32_000 };

const neverReachTheServer = new Set<FaultMode>(['refuse', 'reset', 'black-hole']);

/** Where a proxy leads. */
interface Target {
  /** 127.0.0.1 by default. */
  targetHost?: string;
  targetPort: number;
}

/** Stands between a client and a real server, and breaks what runs through it in the ways that networks do. */
export class TcpFaultProxy {
  private readonly links = new Set<FaultLink>();
  private readonly listener: Server;
  private current: FaultMode = 'pass';
  private isClosed = false;
  private total = 0;
  private settling: Promise<void> = Promise.resolve();

  private constructor(
    /** Where clients connect, on 127.0.0.1; it stays the same for as long as the proxy lives. */
    readonly port: number,
    private target: Target,
  ) {
    this.listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
    // Without a listener a failed accept would end the process; a failed listen is still thrown by `mode`.
    this.listener.on('error', () => undefined);
  }

  /** Listens on a free port, in mode `pass`. */
  static start(target: Target): Promise<TcpFaultProxy> {
    return TcpFaultProxy.tryPorts(target, 50);
  }

  private static async tryPorts(target: Target, attempts: number): Promise<TcpFaultProxy> {
    const proxy = new TcpFaultProxy(randomInt(ports.from, ports.to), target);
    try {
      await proxy.mode('pass');
      return proxy;
    } catch (error) {
      if (attempts <= 1) throw error;
      return TcpFaultProxy.tryPorts(target, attempts - 1);
    }
  }

  /** Clients that are connected now; one that left a dead connection no longer counts. */
  get connections(): number {
    return [...this.links].filter((link) => link.isOpen).length;
  }

  /** Every connection ever accepted, those that were reset at once included. */
  get accepted(): number {
    return this.total;
  }

  /**
   * Applies to what is connected and to what comes. A connection that was once in `black-hole` or `half-open` stays as
   * it is, as after a lost NAT entry: healing helps new connections only. Settled when the port listens, or refuses.
   */
  async mode(mode: FaultMode): Promise<void> {
    if (this.isClosed) throw new Error('The fault proxy is closed');
    this.current = mode;
    for (const link of this.links) link.apply(mode);
    await this.settle();
  }

  /** New connections lead there from now on, as after a fail-over; what is connected stays where it is. */
  retarget(target: Target): void {
    this.target = target;
  }

  /** Closes everything, dead connections included. Calling it again is harmless. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const link of this.links) link.destroy();
    await this.settle();
  }

  private settle(): Promise<void> {
    const settled = this.settling.then(() => this.listenOrNot());
    this.settling = settled.catch(() => undefined);
    return settled;
  }

  private async listenOrNot(): Promise<void> {
    const isWanted = !this.isClosed && this.current !== 'refuse';
    if (isWanted === this.listener.listening) return;
    if (isWanted) {
      this.listener.listen(this.port, host);
      await once(this.listener, 'listening');
    } else {
      const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
      // The port is free at once; `closed` also waits for dead connections, and under `refuse` those live on.
      if (this.isClosed) await closed;
    }
  }

  private accept(client: Socket): void {
    this.total += 1;
    const link = new FaultLink(
      client,
      () => this.current,
      (gone) => this.links.delete(gone),
    );
    this.links.add(link);
    if (!neverReachTheServer.has(this.current)) link.join(this.connectToTarget());
    link.apply(this.current);
    if (this.isClosed) link.destroy();
  }

  private connectToTarget(): Socket {
    const { targetHost = host, targetPort } = this.target;
    return connect({ host: targetHost, port: targetPort, allowHalfOpen: true, noDelay: true });
  }
}
