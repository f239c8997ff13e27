/** Lets so many label sets be series of their own, the first ones; all others are one series, called `other`. */
export class LabelCap<Name extends string> {
  private readonly admitted = new Set<string>();

  constructor(private readonly max: number) {}

  admit(labels: Readonly<Record<Name, string>>): Readonly<Record<Name, string>> {
    const key = JSON.stringify(Object.values(labels));
    if (this.admitted.has(key)) return labels;
    if (this.admitted.size < this.max) {
      this.admitted.add(key);
      return labels;
    }
    const others = Object.keys(labels).map((name) => [name, 'other']);
    return Object.fromEntries(others) as Record<Name, string>;
  }
}
