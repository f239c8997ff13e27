import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { CancelTimer, Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';

const leastMs = 500;
const mostMs = 60_000;
const ticksPerTtl = 20;

/** Has every type look what is due to be loaded ahead, for as long as the process runs (SI-8). */
@Injectable()
export class RefreshAhead implements OnModuleInit, BeforeApplicationShutdown {
  private readonly timers = new Map<string, CancelTimer>();

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'all'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const namespace of this.namespaces.all()) if (namespace.reads !== null) this.wait(namespace);
  }

  beforeApplicationShutdown(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private wait(namespace: SignalNamespace): void {
    const { name, ttlMs } = namespace.type;
    const everyMs = Math.max(leastMs, Math.min(mostMs, ttlMs / ticksPerTtl));
    const tick = () => {
      namespace.reads?.tick();
      this.wait(namespace);
    };
    this.timers.set(name, this.clock.after(everyMs, tick));
  }
}
