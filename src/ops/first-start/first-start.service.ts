import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigPublisher, configStream, readConfigDocument } from '../../features/model-config/index.js';
import { localCall } from '../../platform/audit/index.js';
import { packageRoot, SETTINGS, type Settings } from '../../platform/config/index.js';
import { DatabaseService, streamPoint } from '../../platform/database/index.js';
import { LOGGER } from '../../platform/observability/index.js';
import { ApiKeyRepository } from '../../platform/security/index.js';

/** The embedded database runs by now. Where it takes longer, what is served came from disk: this is no first start. */
const databaseWithinMs = 10_000;
const firstStart = localCall('first start', 'first start');
const sample = join(packageRoot(), 'sample', 'model-config.yaml');

/** What a database needs that was made a moment ago, on the embedded default alone: something to serve, and a key. */
@Injectable()
export class FirstStartService {
  constructor(
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(ApiKeyRepository) private readonly keys: ApiKeyRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does nothing on any later start. Returns where the admin key is. */
  async prepare(): Promise<string> {
    const keyFile = join(this.settings.dataDir, 'admin-key');
    if (await this.database.whenReady(databaseWithinMs)) {
      await this.importSample();
      await this.makeAdminKey(keyFile);
    }
    return keyFile;
  }

  /** The counter tells an empty configuration that was never filled from one that was emptied. */
  private async importSample(): Promise<void> {
    const { version } = await this.database.write((manager) => streamPoint(manager, configStream));
    if (version > 0) return;
    const document = readConfigDocument(await readFile(sample, 'utf8'));
    await this.publisher.import(document, {
      kind: 'import',
      call: firstStart,
      reason: 'sample configuration',
    });
  }

  /** Written before it is stored: a crash between the two leaves a key that does not work, not one nobody has. */
  private async makeAdminKey(file: string): Promise<void> {
    if ((await this.keys.count()) > 0) return;
    const hand = (key: string) => writeFile(file, `${key}\n`, { mode: 0o600 });
    await this.keys.create('admin', 'admin', null, hand, firstStart);
    this.logger.info({ file }, 'made the first admin key');
  }
}
