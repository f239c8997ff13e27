import type { ReadResult } from '../../../src/core/index.js';
import { Fleet } from './fleet.js';
import type { Place } from './truth.js';

const appliedWithinMs = { listening: 40, polling: 1_500 };
const hourMs = 3_600_000;

/** A fleet in which every port answers after a moment and nothing goes wrong. */
export class CalmFleet extends Fleet {
  private isUp = false;

  override async boot(): Promise<void> {
    await super.boot();
    for (const { member } of this.seats) {
      member.pollChaos.always({ kind: 'late', ms: 3 * this.random() });
      member.loadChaos.always({ kind: 'late', ms: 3 * this.random() });
      member.onAnswer = (place, result) => this.expectNoFalseAlarm(place, result);
    }
    this.isUp = true;
  }

  override change(scopes: readonly string[], gone = false): number {
    const version = super.change(scopes, gone);
    if (this.isUp) this.expectSoonApplied(version);
    return version;
  }

  private expectSoonApplied(version: number): void {
    const withinMs = this.history.listen ? appliedWithinMs.listening : appliedWithinMs.polling;
    this.clock.after(withinMs, () => {
      for (const { member } of this.seats) {
        const { applied } = member.stream.state;
        if (applied.version < version)
          member.fault(`${version} is not applied after ${withinMs} ms, but ${applied.version}`);
      }
    });
  }

  private expectNoFalseAlarm(place: Place, { isStale, absent, data }: ReadResult<string>): void {
    if (!isStale || absent) return;
    const isHourOld = this.clock.now() - this.startedAt >= hourMs;
    if (place.namespace === 'config') this.faults.push(`a pinned value is stale`);
    // A row that was deleted once more is changed, though it looks the same.
    else if (
      place.namespace === 'rows' &&
      !isHourOld &&
      !data.includes('-') &&
      data === this.truth.current(place)
    )
      this.faults.push(`${place.key} is current and called stale`);
  }
}
