import { LivingFleet } from './living-fleet.js';
import { places } from './truth.js';

const hourMs = 3_600_000;
const leftToOthersMs = 1_000;

/** A fleet that has to be well again once all faults have ended. */
export class Fleet extends LivingFleet {
  /** All faults end; soon everybody serves what is true, as fresh (P6). */
  async heal(): Promise<void> {
    for (const { member } of this.seats) member.heal();
    for (const scope of this.untold) this.change([scope]);
    // What hangs runs into its deadline.
    await this.clock.advance(2_000);
    await this.clock.advance(5_000);
    for (const seat of this.seats) seat.expectPinned();
    await this.readAll();
    let waits = 0;
    for (const seat of this.seats) waits = Math.max(waits, seat.expectHealed());
    if (waits > 0) await this.expectHealedAfter(waits);
    if (this.hasDrifted) await this.expectDriftFound();
    else if (this.history.tiers && this.history.seed % 4 === 0) await this.expectRebootHeals();
    await this.end();
  }

  private async expectHealedAfter(waits: number): Promise<void> {
    await this.clock.advance(waits);
    for (const seat of this.seats) seat.expectPinned();
    await this.readAll();
    for (const seat of this.seats) {
      if (seat.expectHealed() > 0) this.faults.push('a key is still left alone, long after all is well');
    }
  }

  /** A process that starts on what the tiers hold serves the truth, and Redis refuses it from nobody. */
  private async expectRebootHeals(): Promise<void> {
    this.seats[0]!.leave(false);
    const seat = (this.seats[0] = this.seat(0));
    await this.clock.advance(2_500);
    for (const place of places) void seat.reads.get(place);
    await this.clock.advance(100);
    await this.readAll();
    // What Redis kept may be the first to tell of a history that was lost: then loads begin within 2 s.
    await this.clock.advance(2_500);
    await this.readAll();
    seat.expectPinned();
    if (seat.expectHealed() > 0) this.faults.push('a key is left alone, though nothing failed');
    const { epoch } = this.database.current.asOf;
    // A late write of a process that knew another history may stand for a pinned value, until its hourly reload.
    for (const { namespace, key } of places.filter((place) => place.namespace !== 'config')) {
      const stored = this.shared.redis.entries.get(JSON.stringify([namespace, key]));
      if (stored?.asOf && stored.asOf.epoch !== epoch)
        this.faults.push(`redis keeps ${namespace} ${key} of ${stored.asOf.epoch}`);
    }
  }

  /** What was changed past the counter is found by the hourly backstop. */
  private async expectDriftFound(): Promise<void> {
    // What a process stored whose clock is ahead counts as younger for so long.
    for (const { member } of this.seats) member.clock.step(hourMs * 1.1 + this.clockSpread);
    await this.clock.advance(2_500);
    await this.readAll();
    for (const seat of this.seats) seat.expectExact();
  }

  private async readAll(): Promise<void> {
    // What one process refreshes the others leave to it for a second.
    for (const ms of this.history.tiers ? [60, leftToOthersMs, 60, 60] : [60, 60]) {
      for (const seat of this.seats) seat.getHeld();
      await this.clock.advance(ms);
    }
  }

  private async end(): Promise<void> {
    const { pending } = this.clock;
    if (pending > 2 * this.seats.length) this.faults.push(`${pending} timers wait`);
    for (const { member, reads } of this.seats) {
      if (reads.open > 0) this.faults.push(`${reads.open} reads never settled`);
      await member.follower.stop();
    }
    // A refresh that failed is tried again for so long, whoever has stopped.
    await this.clock.advance(30_000);
    if (this.clock.pending > 0) this.faults.push(`${this.clock.pending} timers are left`);
  }
}
