type Voted = { readonly isAgreed: boolean; readonly thirdAsked: boolean };

/** Shares of the last votes; NaN while there is none: 0 would be a bad one. */
export class VoteWindow {
  private readonly votes: Voted[] = [];

  constructor(private readonly size: number) {}

  add(vote: Voted): void {
    this.votes.push(vote);
    if (this.votes.length > this.size) this.votes.shift();
  }

  /** 0..1 */
  get agreementRate(): number {
    return this.votes.filter(({ isAgreed }) => isAgreed).length / this.votes.length;
  }
  /** 0..1 */
  get thirdRate(): number {
    return this.votes.filter(({ thirdAsked }) => thirdAsked).length / this.votes.length;
  }
}
