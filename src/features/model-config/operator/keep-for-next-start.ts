import { FrozenFile, KeptText, type FreezeOrder } from '../../../platform/cache/index.js';
import type { Settings } from '../../../platform/config/index.js';
import { modelConfigNamespace } from '../model-config.policy.js';
import { operatorFile } from './operator-snapshots.service.js';
import { readOperatorDocument } from './read-operator-document.js';
import { SnapshotRefusedError } from './snapshot-refused.error.js';
import { SnapshotSecretMissingError } from './snapshot-secret-missing.error.js';

/**
 * Puts a snapshot where the next start of a process finds it, for one that does not start because nothing is held.
 * Nothing else may have the data folder.
 * @throws SnapshotSecretMissingError, SnapshotRefusedError, ConfigInvalidError, FreezeNotKeptError; then nothing changed
 */
export async function keepForNextStart(
  { dataDir, cache, modelConfig }: Settings,
  document: unknown,
  order: FreezeOrder,
): Promise<void> {
  if (modelConfig.snapshotSecret === null) throw new SnapshotSecretMissingError();
  if (cache.diskMaxBytes === null)
    throw new SnapshotRefusedError('with CACHE_DISK_MAX_BYTES=none there is nothing that a start reads');
  readOperatorDocument(document, modelConfig.snapshotSecret);
  const file = new FrozenFile(dataDir);
  const now = Date.now();
  const frozen = await file.read(now, () => undefined);
  await new KeptText(dataDir, operatorFile).write(`${JSON.stringify(document)}\n`);
  frozen.set(modelConfigNamespace, { ...order, since: new Date(now).toISOString() });
  await file.write(frozen);
}
