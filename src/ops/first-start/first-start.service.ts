import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigPublisher, readConfigDocument } from '../../features/model-config/index.js';
import { CoherenceService } from '../../platform/cache/index.js';
import { packageRoot, SETTINGS, type Settings } from '../../platform/config/index.js';
import { LOGGER } from '../../platform/observability/index.js';
import { ApiKeyRepository } from '../../platform/security/index.js';

const sample = join(packageRoot(), 'sample', 'model-config.yaml');

/** What a database needs that was made a moment ago, on the embedded default alone: something to serve, and a key. */
@Injectable()
export class FirstStartService {
  constructor(
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(ApiKeyRepository) private readonly keys: ApiKeyRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does nothing on any later start. Returns where the admin key is. */
  async prepare(): Promise<string> {
    await this.importSample();
    return this.makeAdminKey();
  }

  /** The counter tells an empty configuration that was never filled from one that was emptied. */
  private async importSample(): Promise<void> {
    if (this.coherence.stream('config').state.applied.version > 0) return;
    const document = readConfigDocument(await readFile(sample, 'utf8'));
    await this.publisher.import(document, { author: 'first start', reason: 'sample configuration' });
  }

  /** Written before it is stored: a crash between the two leaves a key that does not work, not one nobody has. */
  private async makeAdminKey(): Promise<string> {
    const file = join(this.settings.dataDir, 'admin-key');
    if ((await this.keys.count()) > 0) return file;
    await this.keys.create('admin', 'admin', null, (key) => writeFile(file, `${key}\n`, { mode: 0o600 }));
    this.logger.info({ file }, 'made the first admin key');
    return file;
  }
}
