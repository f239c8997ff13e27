import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigPublisher, configStream, readConfigDocument } from '../../features/model-config/index.js';
import { PromptImporter, promptsStream, readPromptDocument } from '../../features/prompts/index.js';
import { localCall } from '../../platform/audit/index.js';
import { packageRoot, SETTINGS, type Settings } from '../../platform/config/index.js';
import { DatabaseService, streamPoint } from '../../platform/database/index.js';
import { LOGGER } from '../../platform/observability/index.js';
import { ApiKeyRepository } from '../../platform/security/index.js';

/** The embedded database runs by now. Where it takes longer, what is served came from disk: this is no first start. */
const databaseWithinMs = 10_000;
const firstStart = localCall('first start', 'first start');
const readSample = (name: string) => readFile(join(packageRoot(), 'sample', name), 'utf8');

/** What a database needs that was made a moment ago, on the embedded default alone: something to serve, and a key. */
@Injectable()
export class FirstStartService {
  constructor(
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PromptImporter) private readonly prompts: PromptImporter,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(ApiKeyRepository) private readonly keys: ApiKeyRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does nothing on any later start. Returns where the admin key is. */
  async prepare(): Promise<string> {
    const keyFile = join(this.settings.dataDir, 'admin-key');
    if (await this.database.whenReady(databaseWithinMs)) {
      await this.importConfiguration();
      await this.importPrompts();
      await this.makeAdminKey(keyFile);
    }
    return keyFile;
  }

  private async importConfiguration(): Promise<void> {
    if (!(await this.wasNeverFilled(configStream))) return;
    const document = readConfigDocument(await readSample('model-config.yaml'));
    await this.publisher.import(document, {
      kind: 'import',
      call: firstStart,
      reason: 'sample configuration',
    });
  }

  private async importPrompts(): Promise<void> {
    if (!(await this.wasNeverFilled(promptsStream))) return;
    const document = readPromptDocument(await readSample('prompts.yaml'));
    await this.prompts.import(document, { call: firstStart, reason: 'sample prompts' });
  }

  /** The counter tells what is empty because nothing was ever there from what was emptied. */
  private async wasNeverFilled(stream: string): Promise<boolean> {
    const { version } = await this.database.write((manager) => streamPoint(manager, stream));
    return version === 0;
  }

  /** Written before it is stored: a crash between the two leaves a key that does not work, not one nobody has. */
  private async makeAdminKey(file: string): Promise<void> {
    if ((await this.keys.count()) > 0) return;
    const hand = (key: string) => writeFile(file, `${key}\n`, { mode: 0o600 });
    await this.keys.create('admin', 'admin', null, hand, firstStart);
    this.logger.info({ file }, 'made the first admin key');
  }
}
