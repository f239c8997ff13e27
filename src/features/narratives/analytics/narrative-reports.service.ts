import { Inject, Injectable } from '@nestjs/common';
import { settlesWithin, type Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { DatabaseService, DatabaseUnavailableError } from '../../../platform/database/index.js';
import type { AnalyticsAnswer } from './analytics.answers.js';
import type { Period } from './read-period.js';
import { report } from './narrative-report.sql.js';

const topSystems = 10;
/** A million requests take some seconds. The database itself gives up then: it counts for nobody. */
const countedWithinMs = 8_000;
const turnWithinMs = 10_000;

type Quantiles = readonly [p50: number, p95: number] | null;

interface ReportRow {
  readonly requests: number;
  readonly fresh: number;
  readonly stale: number;
  readonly made: number;
  readonly fallbacks: number;
  readonly invalid: number;
  readonly failed: number;
  readonly refreshes: number;
  readonly ofAll: Quantiles;
  readonly ofHits: Quantiles;
  readonly tokens: number;
  readonly madeUsd: number;
  readonly savedUsd: number;
  readonly unknownCosts: number;
  readonly topSystems: { readonly system: string; readonly requests: number }[];
}

/** What was asked of narratives, all processes together (NA-8). */
@Injectable()
export class NarrativeReports {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'write'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * One at a time, so that writers find a connection.
   * @throws DatabaseUnavailableError, also where counting takes too long
   */
  async read(period: Period): Promise<AnalyticsAnswer> {
    const turn = this.last;
    const reading = settlesWithin(this.clock, turnWithinMs, turn).then((isMine) => {
      if (!isMine) throw new DatabaseUnavailableError('other reports are still being counted');
      return this.count(period);
    });
    this.last = Promise.allSettled([turn, reading]);
    return reading;
  }

  private async count({ fromMs, toMs }: Period): Promise<AnalyticsAnswer> {
    const [row] = await this.database.write(async (manager) => {
      await manager.query(`SET LOCAL statement_timeout = ${countedWithinMs}`);
      return (await manager.query(report, [fromMs, toMs, topSystems])) as ReportRow[];
    });
    const { requests, fresh, stale, made, fallbacks, invalid, failed, refreshes, ...sums } = row!;
    const hits = fresh + stale;
    const misses = made + fallbacks + failed;
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      requests,
      hits: { fresh, stale },
      misses,
      made,
      fallbacks,
      failed,
      invalid,
      refreshes,
      hitRate: hits + misses === 0 ? null : hits / (hits + misses),
      topSystems: sums.topSystems,
      durationMs: { all: quantilesOf(sums.ofAll), hits: quantilesOf(sums.ofHits) },
      tokens: sums.tokens,
      costUsd: { made: sums.madeUsd, saved: sums.savedUsd, unknown: sums.unknownCosts },
    };
  }
}

const quantilesOf = (quantiles: Quantiles) =>
  quantiles === null ? null : { p50: quantiles[0], p95: quantiles[1] };
