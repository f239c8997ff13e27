import type { LastgoodEvent, Report } from '../../core/index.js';

/**
 * Several disks are one tier to whoever watches: it is down while any of them is, and up again when all are. What is told
 * of a disk beside the first one says which it is.
 */
export class DisksTogether {
  private readonly down = new Set<string>();

  constructor(private readonly report: Report) {}

  /** What the disk in this folder reports to. */
  of(folder: string, isNamed: boolean): Report {
    return (event) => {
      if (event.type === 'tier-state') this.tell(folder, event);
      else if (isNamed && event.type === 'tier-warning')
        this.report({ ...event, message: `${folder}: ${event.message}` });
      else this.report(event);
    };
  }

  private tell(folder: string, event: Extract<LastgoodEvent, { type: 'tier-state' }>): void {
    const wasUp = this.down.size === 0;
    if (event.isUp) this.down.delete(folder);
    else this.down.add(folder);
    if (wasUp !== (this.down.size === 0)) this.report(event);
  }
}
