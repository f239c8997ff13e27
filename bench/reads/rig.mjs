// The sample configuration behind the real reader, stream and follower; the database is replaced by our own fakes.
import { readFileSync } from 'node:fs';
import { SystemClock } from '../../dist/src/adapters/system/system-clock.js';
import {
  Reader,
  StaleWhileRevalidateCache,
  Stream,
  StreamFollower,
  wholeStream,
} from '../../dist/src/core/index.js';
import { buildSnapshot } from '../../dist/src/features/model-config/snapshot/build-snapshot.js';
import { readConfigDocument } from '../../dist/src/features/model-config/index.js';
import { modelConfigDefaults } from '../../dist/src/features/model-config/model-config.policy.js';
import { ModelConfigService } from '../../dist/src/features/model-config/model-config.service.js';
import { fromDocument } from '../../dist/src/features/model-config/rows/proposed-config.js';
import { FakeChangeFeed } from '../../dist/src/testing/index.js';

const facts = { version: 1, createdAt: '2025-11-20T00:00:00.000Z', updatedAt: '2025-11-20T00:00:00.000Z' };
const report = () => undefined;

/** The rows of sample/model-config.yaml as the database gives them, and a course that overrides a phase. */
export function sampleRows() {
  const path = new URL('../../sample/model-config.yaml', import.meta.url);
  const config = fromDocument(readConfigDocument(readFileSync(path, 'utf8')));
  const own = config.phases.find((row) => row.phase === 'stage_4');
  const phases = [...config.phases, { ...own, courseId: 'course-1', temperature: 0.2 }];
  const kinds = Object.entries({ ...config, phases });
  return Object.fromEntries(
    kinds.map(([kind, rows]) => [kind, rows.map((row) => ({ ...row, ...facts, updatedBy: 'bench' }))]),
  );
}

/** A reader of these values; with a stream, one whose follower has confirmed all of them. */
export async function readerOf(values, { policy, followed = true, load } = {}) {
  const clock = new SystemClock();
  const feed = new FakeChangeFeed();
  const asOf = feed.change(['seed']);
  const stream = new Stream('config');
  const cache = new StaleWhileRevalidateCache({
    clock,
    policy: { ...modelConfigDefaults, ...policy },
    ...(followed && { stream }),
  });
  const origin = {
    load: load ?? (async (key) => ({ value: values.get(key), asOf, scopes: [wholeStream] })),
  };
  const reader = new Reader({ namespace: 'bench', clock, report, cache, origin });
  const follower = new StreamFollower({ clock, report, feed, stream, listen: false });
  if (!followed) return { reader, stop: async () => undefined };
  follower.start();
  await follower.whenApplied(asOf.version, 1_000);
  for (const key of values.keys()) await reader.refresh(key);
  return { reader, stop: () => follower.stop() };
}

export async function serviceOf(rows) {
  const snapshot = buildSnapshot(rows, new FakeChangeFeed().change(['seed']));
  const { reader, stop } = await readerOf(new Map([['snapshot', snapshot]]));
  return { service: new ModelConfigService(reader, report), reader, stop };
}
