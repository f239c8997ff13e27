import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { CancelTimer, Clock, Report } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER, REPORT } from '../observability/index.js';
import { KeptText } from './kept-text.js';
import { FrozenFile, type Frozen } from './frozen-file.js';
import type { FrozenContent } from './frozen-content.js';
import { NamespaceRegistry } from './namespace-registry.js';
import type { Namespace } from './namespace.js';
import { UnknownNamespaceError } from './unknown-namespace.error.js';

const remindEveryMs = 3_600_000;

/** Who asks for it, and why. */
export interface FreezeOrder {
  readonly by: string;
  readonly reason: string;
}

/**
 * Freezes namespaces of this process (OP-13): what is held is served and nothing replaces it. It needs nothing but this
 * process, and its disk so that a restart is frozen still.
 */
@Injectable()
export class FreezesService implements OnApplicationShutdown {
  private frozen = new Map<string, Frozen>();
  private readonly contents = new Map<string, FrozenContent>();
  private readonly file: FrozenFile | null;
  private order: Promise<unknown> = Promise.resolve();
  private cancelReminder: CancelTimer = () => undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT) private readonly report: Report,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
  ) {
    const { cache, dataDir } = settings;
    this.file = cache.diskMaxBytes === null ? null : new FrozenFile(dataDir);
  }

  /** A freeze outlasts this process. */
  get isKept(): boolean {
    return this.file !== null;
  }

  /** A file for what is kept with a freeze; `null` where this process keeps nothing on disk. */
  textBeside(name: string): KeptText | null {
    return this.isKept ? new KeptText(this.settings.dataDir, name) : null;
  }

  of(namespace: string): Frozen | null {
    return this.frozen.get(namespace) ?? null;
  }

  /** What else is kept with the freeze of a namespace. */
  keepWith(namespace: string, content: FrozenContent): void {
    this.contents.set(namespace, content);
  }

  /** Before anything is loaded: what was frozen is frozen again. */
  async restore(): Promise<void> {
    if (this.file === null) return;
    this.frozen = await this.file.read(this.clock.wall(), ({ error, aside }) =>
      this.logger.error(
        { file: this.file!.file, aside, error: (error as Error).message },
        'what was frozen cannot be read: nothing is frozen',
      ),
    );
    for (const [name, facts] of this.frozen) {
      this.registry.find(name)?.cache.freeze.begin();
      this.tell(name, facts);
    }
    if (this.frozen.size > 0) this.remindLater();
  }

  /** Once the disk was asked what was held of these namespaces: those that are frozen, or all the others. */
  async restoreContents(frozen: boolean): Promise<void> {
    const meant = [...this.contents].filter(([name]) => this.frozen.has(name) === frozen);
    await Promise.all(meant.map(([, content]) => content.restore(frozen)));
  }

  /**
   * Once more of what is frozen already changes nothing.
   * @throws UnknownNamespaceError, FreezeNotKeptError
   */
  freeze(name: string, order: FreezeOrder): Promise<void> {
    return this.freezeWith(name, order, async () => ({
      begin: () => undefined,
      undo: async () => undefined,
    }));
  }

  /**
   * Freezes with what is to be served instead: `prepare` keeps it, `begin` puts it there as the freeze begins, and `undo`
   * takes back what was kept where that could not begin.
   */
  freezeWith(
    name: string,
    order: FreezeOrder,
    prepare: () => Promise<{ readonly begin: () => void; readonly undo: () => Promise<void> }>,
  ): Promise<void> {
    const { cache } = this.known(name);
    return this.inTurn(async () => {
      const prepared = await prepare();
      if (!this.frozen.has(name)) {
        const since = new Date(this.clock.wall()).toISOString();
        const facts = { ...order, since };
        const next = new Map([...this.frozen, [name, facts]]);
        try {
          await this.file?.write(next);
        } catch (error) {
          await prepared.undo();
          throw error;
        }
        this.frozen = next;
        cache.freeze.begin();
        this.report({ type: 'namespace-frozen', namespace: name, ...order, frozenForMs: 0 });
        this.remindLater();
      }
      prepared.begin();
    });
  }

  /**
   * What is pinned is loaded at once, and that is waited for; everything else as it is asked for. What an earlier version
   * of this process froze, and this one does not have, can be thawed too.
   * @throws UnknownNamespaceError, FreezeNotKeptError
   */
  async thaw(name: string, order: FreezeOrder): Promise<void> {
    await this.inTurn(async () => {
      const namespace = this.frozen.has(name) ? this.registry.find(name) : this.known(name);
      if (!this.frozen.has(name)) return;
      const next = new Map(this.frozen);
      next.delete(name);
      await this.file?.write(next);
      this.frozen = next;
      namespace?.cache.freeze.end();
      await this.contents.get(name)?.thawed();
      this.report({ type: 'namespace-thawed', namespace: name, ...order });
      this.remindLater();
      // Reported by the loader, and tried again by the polls.
      const { reader, pinnedKey = null } = namespace ?? {};
      if (pinnedKey !== null) await reader?.refresh(pinnedKey).catch(() => null);
    });
  }

  onApplicationShutdown(): void {
    this.cancelReminder();
  }

  private known(name: string): Namespace {
    const namespace = this.registry.find(name);
    if (namespace === undefined) throw new UnknownNamespaceError(name);
    return namespace;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.order.then(work);
    this.order = done.catch(() => undefined);
    return done;
  }

  private tell(namespace: string, { reason, by, since }: Frozen): void {
    const frozenForMs = Math.max(0, this.clock.wall() - Date.parse(since));
    this.report({ type: 'namespace-frozen', namespace, reason, by, frozenForMs });
  }

  private remindLater(): void {
    this.cancelReminder();
    if (this.frozen.size === 0) return;
    this.cancelReminder = this.clock.after(remindEveryMs, () => {
      for (const [name, facts] of this.frozen) this.tell(name, facts);
      this.remindLater();
    });
  }
}
