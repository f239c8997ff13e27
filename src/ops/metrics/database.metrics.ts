import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { DatabasePools } from '../../platform/database/index.js';
import { DatabaseWatch } from '../../platform/database-watch/index.js';
import { setOrRemove } from './set-or-remove.js';

export const databaseMetrics = [
  makeGaugeProvider({
    name: 'database_counter_lock_seconds',
    help: 'Age of the oldest transaction that holds a lock on the change counter, for which every change waits; 0 while none does; none is told while the database does not answer',
  }),
  makeGaugeProvider({
    name: 'database_counter_bytes',
    help: 'Size of the change counter with its indexes; none is told while the database does not answer',
  }),
  makeGaugeProvider({
    name: 'database_counter_dead_rows',
    help: 'Dead rows of the change counter, as the statistics estimate; none is told while the database does not answer',
  }),
  makeGaugeProvider({
    name: 'database_oldest_transaction_seconds',
    help: 'Age of the oldest open transaction of this database, prepared ones included; none is told while the database does not answer',
  }),
  makeGaugeProvider({
    name: 'database_pool_in_use',
    help: 'Connections of this process that are in use, by pool: read, write or bookkeeping',
    labelNames: ['pool'],
  }),
  makeGaugeProvider({
    name: 'database_pool_waiting',
    help: 'Callers in this process that wait for a connection, by pool: read, write or bookkeeping',
    labelNames: ['pool'],
  }),
];

/** OP-13: what makes changes wait. */
@Injectable()
export class DatabaseMetrics {
  constructor(
    @Inject(DatabaseWatch) private readonly watch: DatabaseWatch,
    @Inject(DatabasePools) private readonly pools: DatabasePools,
    @InjectMetric('database_counter_lock_seconds') private readonly lock: Gauge,
    @InjectMetric('database_counter_bytes') private readonly bytes: Gauge,
    @InjectMetric('database_counter_dead_rows') private readonly deadRows: Gauge,
    @InjectMetric('database_oldest_transaction_seconds') private readonly oldest: Gauge,
    @InjectMetric('database_pool_in_use') private readonly inUse: Gauge,
    @InjectMetric('database_pool_waiting') private readonly waiting: Gauge,
  ) {}

  collect(): void {
    const { reading } = this.watch;
    setOrRemove(this.lock, reading?.counterLockSeconds);
    setOrRemove(this.bytes, reading?.counterBytes);
    setOrRemove(this.deadRows, reading?.counterDeadRows);
    setOrRemove(this.oldest, reading?.oldestTransactionSeconds);
    for (const { pool, inUse, waiting } of this.pools.loads()) {
      this.inUse.set({ pool }, inUse);
      this.waiting.set({ pool }, waiting);
    }
  }
}
