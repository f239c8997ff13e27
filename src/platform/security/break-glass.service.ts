import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER } from '../observability/index.js';
import { breakGlassPrefixOf, matches } from './api-key.js';
import { BreakGlassFile } from './break-glass-file.js';
import { endOf, type BreakGlassKey } from './break-glass-key.js';
import type { Identity } from './identity.js';

const lookAgainAfterMs = 1_000;
/** No key has this hash. */
const nobodys = '0'.repeat(64);

type Keys = ReadonlyMap<string, BreakGlassKey>;

/** Knows break-glass keys by the file in the data folder, which is read when one is presented: at most once a second. */
@Injectable()
export class BreakGlassService {
  /** Keys that were presented and let nobody in. */
  refused = 0;
  private readonly file: BreakGlassFile;
  private keys: Promise<Keys> = Promise.resolve(new Map());
  private lookedAt = Number.NEGATIVE_INFINITY;
  private lastProblem = '';

  constructor(
    @Inject(SETTINGS) { dataDir }: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.file = new BreakGlassFile(dataDir);
  }

  /** By five characters of a header: all that this costs whoever has an ordinary key. */
  isPresented(header: string | undefined): header is string {
    return header !== undefined && header.startsWith('lgbg_', 7) && /^bearer /i.test(header);
  }

  /** `null` for one that is unknown, wrong, revoked or expired; each takes as long as the others. */
  async identify(header: string): Promise<Identity | null> {
    const key = header.slice(7).trim();
    const known = (await this.known()).get(breakGlassPrefixOf(key) ?? '');
    const isRight = matches(key, known?.sha256 ?? nobodys);
    if (isRight && known !== undefined && this.clock.wall() < endOf(known)) {
      return { id: `break-glass:${known.prefix}`, name: known.name, role: 'admin' };
    }
    this.refused++;
    return null;
  }

  private known(): Promise<Keys> {
    const now = this.clock.now();
    if (now - this.lookedAt >= lookAgainAfterMs) {
      this.lookedAt = now;
      this.keys = this.read();
    }
    return this.keys;
  }

  /** A file that cannot be trusted, or read, lets nobody in. */
  private async read(): Promise<Keys> {
    try {
      const keys = await this.file.read();
      this.lastProblem = '';
      return new Map(keys.map((each) => [each.prefix, each]));
    } catch (error) {
      const problem = (error as Error).message;
      if (problem !== this.lastProblem)
        this.logger.error(
          { error: problem },
          'the break-glass keys cannot be read: none of them lets anybody in',
        );
      this.lastProblem = problem;
      return new Map();
    }
  }
}
