import type { HttpClient } from './http-client.js';

interface ReadEvent {
  readonly id: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Follows a lesson as a browser would. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  readonly comments: string[] = [];
  isEnded = false;
  private rest = '';

  private constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {}

  static async open(client: HttpClient, path: string, lastEventId?: number): Promise<EventReader> {
    const controller = new AbortController();
    const response = await fetch(`${client.url}${path}`, {
      headers: {
        authorization: `Bearer ${client.keys.client}`,
        ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
      },
      signal: controller.signal,
    });
    const reader = new EventReader(response, controller);
    void reader.read().catch(() => undefined);
    return reader;
  }

  get types(): string[] {
    return this.events.map(({ event }) => event);
  }

  close(): void {
    this.controller.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) this.take(decoder.decode(chunk, { stream: true }));
    this.isEnded = true;
  }

  private take(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(':')[0]!, line.replace(/^\w*: ?/, '')]),
      );
      if (fields.has('')) this.comments.push(fields.get('')!);
      if (!fields.has('data')) continue;
      const data: ReadEvent['data'] = JSON.parse(fields.get('data')!);
      this.events.push({ id: Number(fields.get('id')), event: fields.get('event')!, data });
    }
  }
}
