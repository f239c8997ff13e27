import { Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { createLogger } from './create-logger.js';
import { DegradedState } from './degraded-state.js';
import { EventBus } from './event-bus.js';
import { logEvents } from './log-events.js';

/** Injects the pino `Logger`. */
export const LOGGER = Symbol('LOGGER');
/** Injects the `Report` function that events go to. */
export const REPORT = Symbol('REPORT');

/** Events, and what is made of them: the log and the degraded state. Metrics subscribe in `ops`. */
@Global()
@Module({
  providers: [
    { provide: LOGGER, inject: [SETTINGS], useFactory: ({ logLevel }: Settings) => createLogger(logLevel) },
    { provide: DegradedState, inject: [CLOCK], useFactory: (clock: Clock) => new DegradedState(clock) },
    {
      provide: EventBus,
      inject: [LOGGER, CLOCK, DegradedState],
      useFactory: (logger: Logger, clock: Clock, degraded: DegradedState) => {
        const bus = new EventBus();
        bus.subscribe(logEvents(logger, clock));
        bus.subscribe(degraded.fold);
        return bus;
      },
    },
    { provide: REPORT, inject: [EventBus], useFactory: (bus: EventBus) => bus.report },
  ],
  exports: [LOGGER, REPORT, EventBus, DegradedState],
})
export class ObservabilityModule {}
