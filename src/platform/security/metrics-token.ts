import { Inject, Injectable } from '@nestjs/common';
import { matches, sha256HexOf } from './api-key.js';
import { SETTINGS, type Settings } from '../config/index.js';
import type { Identity } from './identity.js';

const bearer = /^bearer (.*)$/is;
/** Whoever has the token: it reads the metrics, and no role reads more of them. */
const scraper: Identity = Object.freeze({ id: 'metrics-token', name: 'the metrics token', role: 'viewer' });

/** `METRICS_TOKEN`: for GET /metrics alone, and known without any database. */
@Injectable()
export class MetricsToken {
  private readonly sha256: string | null;

  constructor(@Inject(SETTINGS) { access: { metricsToken } }: Pick<Settings, 'access'>) {
    this.sha256 = metricsToken === null ? null : sha256HexOf(metricsToken);
  }

  identify(header: string | undefined): Identity | null {
    const token = this.sha256 === null ? undefined : bearer.exec(header ?? '')?.[1]?.trim();
    return token !== undefined && matches(token, this.sha256!) ? scraper : null;
  }
}
