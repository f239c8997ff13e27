import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { dataSourceName } from './data-source.js';
import { BOOKKEEPING_POOL, READ_POOL } from './pools.js';

export interface PoolLoad {
  readonly pool: 'read' | 'write' | 'bookkeeping';
  /** Connections. */
  readonly inUse: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/** How busy our connections to the database are. */
@Injectable()
export class DatabasePools {
  constructor(
    @Inject(READ_POOL) private readonly reads: StatementPool,
    @Inject(BOOKKEEPING_POOL) private readonly bookkeeping: StatementPool,
    @InjectDataSource(dataSourceName) private readonly source: DataSource,
  ) {}

  loads(): PoolLoad[] {
    return [
      { pool: 'read', ...this.reads.load },
      { pool: 'bookkeeping', ...this.bookkeeping.load },
      { pool: 'write', ...this.writes() },
    ];
  }

  /** There is no pool before the database was first reached. */
  private writes(): Omit<PoolLoad, 'pool'> {
    const { master } = this.source.driver as unknown as { readonly master?: Pool };
    if (master === undefined) return { inUse: 0, waiting: 0 };
    return { inUse: master.totalCount - master.idleCount, waiting: master.waitingCount };
  }
}
