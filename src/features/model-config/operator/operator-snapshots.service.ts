import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { renderPoint, wholeStream, type Clock, type Reader } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import {
  FreezesService,
  type FreezeOrder,
  type FrozenContent,
  type KeptText,
} from '../../../platform/cache/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { MODEL_CONFIG_READER, modelConfigNamespace, snapshotKey } from '../model-config.policy.js';
import { ModelConfigService } from '../model-config.service.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { documentFormat, formatVersion, type OperatorDocument } from './operator-document.js';
import { readOperatorDocument, type TakenSnapshot } from './read-operator-document.js';
import { contentHash, signDocument } from './sign-document.js';
import { SnapshotSecretMissingError } from './snapshot-secret-missing.error.js';

/** In `DATA_DIR`. */
export const operatorFile = 'operator-snapshot.json';

/** What a process was given to serve. */
export interface ServedSnapshot {
  /** `epoch:version`. */
  readonly version: string;
  readonly snapshotId: string;
  /** The next start of this process serves it too. */
  readonly outlastsRestart: boolean;
}

/**
 * A known good configuration, carried by hand from one process to another (OP-13). It needs neither the database nor
 * Redis, and no other process hears of it.
 */
@Injectable()
export class OperatorSnapshots implements FrozenContent {
  private readonly secret: string | null;
  private readonly kept: KeptText | null;

  constructor(
    @Inject(SETTINGS) { modelConfig }: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<Snapshot>,
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(FreezesService) private readonly freezes: FreezesService,
  ) {
    this.secret = modelConfig.snapshotSecret;
    this.kept = freezes.textBeside(operatorFile);
    freezes.keepWith(modelConfigNamespace, this);
  }

  /**
   * What this process serves, stale or not, signed.
   * @throws SnapshotSecretMissingError, ConfigUnavailableError, ConfigTooStaleError
   */
  async export(): Promise<OperatorDocument> {
    const secret = this.required();
    const { data, age } = await this.service.list();
    const now = this.clock.wall();
    const content = rowsOf(data);
    return signDocument(
      {
        format: documentFormat,
        formatVersion,
        namespace: modelConfigNamespace,
        version: renderPoint(data.asOf),
        changeId: data.asOf.changeId,
        confirmedAt: new Date(now - age).toISOString(),
        exportedAt: new Date(now).toISOString(),
        content: content as unknown as OperatorDocument['content'],
        sha256: contentHash(content),
      },
      secret,
    );
  }

  /**
   * Freezes the configuration of this process and serves the snapshot from now on, newer or not.
   * @throws SnapshotSecretMissingError, SnapshotRefusedError, ConfigInvalidError, FreezeNotKeptError; then nothing changed
   */
  async load(document: unknown, order: FreezeOrder): Promise<ServedSnapshot> {
    const taken = readOperatorDocument(document, this.required());
    await this.freezes.freezeWith(modelConfigNamespace, order, async () => {
      const before = (await this.kept?.read()) ?? null;
      await this.kept?.write(`${JSON.stringify(document)}\n`);
      const undo = () => (before === null ? this.kept?.drop() : this.kept?.write(before));
      return { begin: () => this.impose(taken, order), undo: async () => undo() };
    });
    const { asOf, id } = taken.snapshot;
    return { version: renderPoint(asOf), snapshotId: id, outlastsRestart: this.freezes.isKept };
  }

  /** One that was thawed while there was nothing else is served until there is. */
  async restore(isFrozen: boolean): Promise<void> {
    try {
      const text = (await this.kept?.read()) ?? null;
      if (text === null) return;
      if (isFrozen || !this.reader.cache.has(snapshotKey))
        this.impose(
          readOperatorDocument(JSON.parse(text), this.required()),
          this.freezes.of(modelConfigNamespace),
        );
      else await this.kept?.drop();
    } catch (error) {
      const aside = await this.kept?.setAside(this.clock.wall());
      const fields = { file: this.kept?.file, aside, error: (error as Error).message };
      this.logger.error(fields, 'the snapshot of an operator cannot be used, what was held is served');
    }
  }

  async thawed(): Promise<void> {
    const held = this.reader.cache.entry(snapshotKey);
    const isNeeded = held !== undefined && this.reader.cache.freeze.isImposed(held);
    if (!isNeeded) await this.kept?.drop().catch(() => undefined);
  }

  /** Whatever was served before, and whether it was frozen then or not: this is another configuration. */
  private impose({ snapshot, confirmedAt }: TakenSnapshot, order: FreezeOrder | null): void {
    const agoMs = this.clock.wall() - confirmedAt;
    this.reader.cache.impose(snapshotKey, snapshot, {
      asOf: snapshot.asOf,
      scopes: [wholeStream],
      confirmedAt: this.clock.now() - agoMs,
    });
    this.logger.warn(
      {
        namespace: modelConfigNamespace,
        version: renderPoint(snapshot.asOf),
        confirmedAt: new Date(confirmedAt).toISOString(),
        ...(order && { by: order.by, reason: order.reason }),
      },
      'the snapshot of an operator is served',
    );
  }

  private required(): string {
    if (this.secret === null) throw new SnapshotSecretMissingError();
    return this.secret;
  }
}
