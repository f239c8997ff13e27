import { Global, Module } from '@nestjs/common';
import { SystemClock } from '../../adapters/system/system-clock.js';

/** Injects the process's one `Clock`. */
export const CLOCK = Symbol('CLOCK');

@Global()
@Module({ providers: [{ provide: CLOCK, useFactory: () => new SystemClock() }], exports: [CLOCK] })
export class ClockModule {}
