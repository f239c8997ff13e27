import { Stream } from '../../../src/core/index.js';
import type { StreamState } from '../../../src/core/coherence/stream-state.js';

/** Tells of each commit. */
export class WatchedStream extends Stream {
  onCommit: (state: StreamState) => void = () => undefined;

  override commit(next: StreamState): void {
    super.commit(next);
    this.onCommit(next);
  }
}
