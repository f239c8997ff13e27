import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { wholeStream, type CancelTimer, type Clock, type LastgoodEvent } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { EventBus } from '../../../platform/observability/index.js';
import { PROMPT_SOURCE, promptsStream, type PromptSource } from '../../prompts/index.js';
import { fallbackPrompt, narrativePrompt } from '../narratives.policy.js';
import { sharedPrompt } from './shared-prompt.js';

/** Far more often than a template that nobody reads is forgotten. */
const everyMs = 900_000;
const againMs = 5_000;

const names = [narrativePrompt, fallbackPrompt];
const queries = names.map(sharedPrompt);
const scopes = new Set([wholeStream, ...names.map((name) => `prompt:${name}`)]);

/** Reads both prompts ahead of those who need them: the fallback's is needed when the database is gone. */
@Injectable()
export class KeptPrompts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cancelTimer: CancelTimer = () => undefined;
  private isStopped = false;

  constructor(
    @Inject(PROMPT_SOURCE) private readonly prompts: PromptSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  onApplicationBootstrap(): void {
    void this.read();
  }

  beforeApplicationShutdown(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  /** A prompt that has changed is read again while it can be. */
  private fold(event: LastgoodEvent): void {
    if (event.type !== 'changes-applied' || event.stream !== promptsStream) return;
    if (event.scopes.some((scope) => scopes.has(scope))) void this.read();
  }

  private async read(): Promise<void> {
    const reads = await Promise.allSettled(queries.map((query) => this.prompts.get(query)));
    if (this.isStopped) return;
    this.cancelTimer();
    const isRead = reads.every(({ status }) => status === 'fulfilled');
    this.cancelTimer = this.clock.after(isRead ? everyMs : againMs, () => void this.read());
  }
}
