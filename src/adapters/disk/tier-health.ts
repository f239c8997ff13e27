import type { Report } from '../../core/events.js';

/** What can be wrong with the disk, each for itself. */
export type DiskFault = 'file' | 'slow-write' | 'slow-read';

/** Tells when the tier stops working and when all of it works again. */
export class TierHealth {
  private readonly faults = new Set<DiskFault>();

  constructor(private readonly report: Report) {}

  has(fault: DiskFault): boolean {
    return this.faults.has(fault);
  }

  set(fault: DiskFault, isPresent: boolean): void {
    const wasUp = this.faults.size === 0;
    if (isPresent) this.faults.add(fault);
    else this.faults.delete(fault);
    const isUp = this.faults.size === 0;
    if (isUp !== wasUp) this.report({ type: 'tier-state', tier: 'disk', isUp });
  }
}
