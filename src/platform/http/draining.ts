import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out: it still answers, and asks everybody to go elsewhere. */
@Injectable()
export class Draining {
  private begun = false;

  get hasBegun(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
