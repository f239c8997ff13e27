/** Gives whatever is written alike one number, and remembers it by that. */
export class Interned<T> {
  readonly items: T[] = [];
  private readonly ids = new Map<string, number>();

  constructor(private readonly encode: (item: T) => string) {}

  /** `settle` makes of a new item what is to be remembered. */
  idOf(item: T, settle: (item: T, id: number) => T = (same) => same): number {
    const text = this.encode(item);
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.items.length;
      this.ids.set(text, id);
      this.items.push(settle(item, id));
    }
    return id;
  }

  at(id: number): T {
    return this.items[id]!;
  }
}

/** A set of equally long rows of small integers, numbered in the order they came in. */
export class RowSet {
  size = 0;
  private rows: Int32Array;
  private slots = new Int32Array(1 << 16).fill(-1);

  constructor(private readonly width: number) {
    this.rows = new Int32Array(width << 15);
  }

  /** Whether the row is new. */
  add(row: readonly number[]): boolean {
    if (this.size * 2 >= this.slots.length) this.grow();
    const slot = this.slotOf(row, 0);
    if (this.slots[slot]! >= 0) return false;
    if ((this.size + 1) * this.width > this.rows.length) {
      const longer = new Int32Array(this.rows.length * 2);
      longer.set(this.rows);
      this.rows = longer;
    }
    this.rows.set(row, this.size * this.width);
    this.slots[slot] = this.size++;
    return true;
  }

  at(index: number): number[] {
    return [...this.rows.subarray(index * this.width, (index + 1) * this.width)];
  }

  /** The slot of this row, or the free one that it would get. */
  private slotOf(row: ArrayLike<number>, from: number): number {
    const mask = this.slots.length - 1;
    let hash = 0;
    for (let i = 0; i < this.width; i++) hash = Math.imul(hash ^ row[from + i]!, 0x9e3779b1) ^ (hash >>> 15);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while (this.slots[slot]! >= 0 && !this.isAt(this.slots[slot]!, row, from)) slot = (slot + 1) & mask;
    return slot;
  }

  private isAt(index: number, row: ArrayLike<number>, from: number): boolean {
    for (let i = 0; i < this.width; i++)
      if (this.rows[index * this.width + i] !== row[from + i]) return false;
    return true;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let i = 0; i < this.size; i++) this.slots[this.slotOf(this.rows, i * this.width)] = i;
  }
}
