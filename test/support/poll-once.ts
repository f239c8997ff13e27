import { adoptHistory, applyChanges, confirm } from '../../src/core/coherence/apply-reply.js';
import type { Stream } from '../../src/core/index.js';
import type { FakeChangeFeed, VirtualClock } from '../../src/testing/index.js';

/** Has the stream follow what the feed tells, by one question. */
export async function pollOnce(stream: Stream, feed: FakeChangeFeed, clock: VirtualClock): Promise<void> {
  const { epoch, applied } = stream.state;
  const reply = await feed.poll(epoch === null ? null : applied.version);
  const apply = epoch === reply.epoch ? applyChanges : adoptHistory;
  stream.commit(confirm(apply(stream.state, reply, clock.now()), clock.now()));
}
