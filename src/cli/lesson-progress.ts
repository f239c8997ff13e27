import { SingleBar } from 'cli-progress';
import { firstDraft, weightOf, type LessonEvent } from '../features/lessons/index.js';

const format = '{bar} {percentage}% | {stage} | {tokens} tokens | {cost} | {left}';

/** Shows a lesson being written, on stderr: a bar on a terminal, a line for each event elsewhere. */
export class LessonProgress {
  private readonly bar = new SingleBar({ format, stream: process.stderr, hideCursor: true });
  private done = 0;
  private total = weightOf(...firstDraft);
  private told = { stage: 'waiting', tokens: 0, cost: '$0.0000', left: '' };

  constructor(private readonly isTerminal: boolean = process.stderr.isTTY) {
    if (this.isTerminal) this.bar.start(this.total, 0, this.told);
  }

  show(event: LessonEvent): void {
    this.take(event);
    if (!this.isTerminal) return void process.stderr.write(`${describe(event)}\n`);
    this.bar.setTotal(this.total);
    this.bar.update(Math.min(this.done, this.total), this.told);
  }

  stop(): void {
    if (this.isTerminal) this.bar.stop();
  }

  private take(event: LessonEvent): void {
    switch (event.type) {
      case 'node-started':
        // Another draft than the first one was not reckoned with.
        if (event.iteration > 1 && event.node !== 'judges')
          this.total = Math.max(this.total, this.done + weightOf(event.node, 'judges'));
        this.told = { ...this.told, stage: `${event.node}, draft ${event.iteration}` };
        return;
      case 'section':
        this.told = { ...this.told, stage: `sections ${event.done}/${event.of}` };
        return;
      case 'node-finished':
        this.done += weightOf(event.node);
        this.told = { ...this.told, tokens: event.tokens, cost: costOf(event), left: leftOf(event) };
        return;
      case 'verdict':
        this.told = { ...this.told, stage: describe(event) };
        return;
      case 'ended':
        this.done = event.status === 'done' ? this.total : this.done;
        this.told = { ...this.told, stage: event.status, left: '' };
        return;
      default:
        event satisfies never;
    }
  }
}

type Finished = Extract<LessonEvent, { type: 'node-finished' }>;

const costOf = ({ costUsd, isCostComplete }: Finished) =>
  `${isCostComplete ? '' : 'at least '}$${costUsd.toFixed(4)}`;
const leftOf = ({ remainingMs }: Finished) =>
  remainingMs === null ? '' : `about ${Math.ceil(remainingMs / 1_000)} s to the verdict`;

function describe(event: LessonEvent): string {
  switch (event.type) {
    case 'node-started':
      return `${event.node}: started, draft ${event.iteration}`;
    case 'section':
      return `sections ${event.done}/${event.of}`;
    case 'node-finished':
      return `${event.node}: finished; ${event.tokens} tokens, ${costOf(event)}`;
    case 'verdict':
      return `verdict on draft ${event.iteration}: ${event.recommendation}, ${event.score.toFixed(2)} (${event.method})`;
    case 'ended':
      return event.detail === null ? event.status : `${event.status}: ${event.detail}`;
    default:
      return event satisfies never;
  }
}
