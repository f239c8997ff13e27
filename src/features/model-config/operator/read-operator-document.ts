import { parsePoint, type AsOf } from '../../../core/index.js';
import { describeIssue } from '../../../platform/documents/index.js';
import { modelConfigNamespace } from '../model-config.policy.js';
import { buildSnapshot } from '../snapshot/build-snapshot.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { validateConfig } from '../validation/validate-config.js';
import { documentFormat, formatVersion, operatorDocumentSchema } from './operator-document.js';
import { contentHash, isSignedBy } from './sign-document.js';
import { SnapshotRefusedError } from './snapshot-refused.error.js';

const subject = 'configuration of the snapshot';
/** Far more than any row has. */
const deepest = 64;

/** A snapshot that may be served, and when its database last confirmed it (Unix ms). */
export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  readonly confirmedAt: number;
}

/**
 * Pure: what a file holds, once it is known to be ours, whole and valid. The configuration is held against the same
 * rules as one that is published.
 * @throws SnapshotRefusedError, ConfigInvalidError
 */
export function readOperatorDocument(value: unknown, secret: string): TakenSnapshot {
  const found = asObject(value);
  if (found['format'] !== documentFormat)
    throw new SnapshotRefusedError(`its format is not "${documentFormat}"`);
  if (found['formatVersion'] !== formatVersion) {
    const told = JSON.stringify(found['formatVersion']) ?? 'none';
    throw new SnapshotRefusedError(`its formatVersion must be ${formatVersion}, got ${told.slice(0, 100)}`);
  }
  // Before anything that goes down into it, which would end at the end of the stack.
  if (isDeeper(found, deepest))
    throw new SnapshotRefusedError(`it is nested deeper than ${deepest} levels, as no configuration is`);
  if (found['sha256'] !== contentHash(found['content']))
    throw new SnapshotRefusedError('its content was altered: sha256 is of another one');
  if (!isSignedBy(found, secret))
    throw new SnapshotRefusedError(
      'its signature does not fit: it was altered, or signed by another SNAPSHOT_SECRET',
    );
  const result = operatorDocumentSchema.safeParse(found, { reportInput: true });
  if (!result.success) throw new ConfigInvalidError(subject, result.error.issues.map(describeIssue));
  const { namespace, version, changeId, confirmedAt, content } = result.data;
  if (namespace !== modelConfigNamespace) {
    throw new SnapshotRefusedError(`it is of the namespace "${namespace}", not of "${modelConfigNamespace}"`);
  }
  const faults = validateConfig(content);
  if (faults.length > 0) throw new ConfigInvalidError(subject, faults);
  return {
    snapshot: buildSnapshot(content, asOf(version, changeId)),
    confirmedAt: Date.parse(confirmedAt),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SnapshotRefusedError('it is no JSON object');
  return value as Record<string, unknown>;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

function asOf(version: string, changeId: string): AsOf {
  const point = parsePoint(version);
  if (point === null) throw new SnapshotRefusedError(`its version must be "epoch:version", got "${version}"`);
  return Object.freeze({ ...point, changeId });
}
