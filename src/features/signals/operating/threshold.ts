/** What became of one look at a share. */
export type Crossing = 'crossed' | 'recovered' | null;

/** So many looks in a row a share has to be within its threshold: what flaps is one alert. */
const steadyLooks = 5;

/** Whether a share is beyond its threshold, told once when it gets there and once when it is steadily back. */
export class Threshold {
  isCrossed = false;
  private looksWithin = 0;

  look(isBeyond: boolean): Crossing {
    if (isBeyond) {
      this.looksWithin = 0;
      if (this.isCrossed) return null;
      this.isCrossed = true;
      return 'crossed';
    }
    if (!this.isCrossed || ++this.looksWithin < steadyLooks) return null;
    this.isCrossed = false;
    this.looksWithin = 0;
    return 'recovered';
  }
}
