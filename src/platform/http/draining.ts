import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out: it still answers, and asks everybody to go elsewhere. */
@Injectable()
export class Draining {
  private begun = false;
  private readonly listeners: (() => void)[] = [];
  private readonly cutListeners: ((inMs: number) => void)[] = [];

  get hasBegun(): boolean {
    return this.begun;
  }

  /** Called once, when it begins; for what would else hold a connection for as long as the client likes. */
  onBegin(listener: () => void): void {
    this.listeners.push(listener);
  }

  begin(): void {
    if (this.begun) return;
    this.begun = true;
    for (const listener of this.listeners) listener();
  }

  /** Called once, when it is known in how many milliseconds requests are cut off that were not answered till then. */
  onCut(listener: (inMs: number) => void): void {
    this.cutListeners.push(listener);
  }

  cutIn(ms: number): void {
    for (const listener of this.cutListeners.splice(0)) listener(ms);
  }
}
