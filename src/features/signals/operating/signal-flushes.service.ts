import { Inject, Injectable } from '@nestjs/common';
import { renderPoint } from '../../../core/index.js';
import { CacheOperations, type OperationBy } from '../../../platform/cache/index.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { planFlush, type FlushQuestion } from './plan-flush.js';

export interface Flushed {
  readonly type: string;
  /** `epoch:version`, by which every process knows it. */
  readonly version: string;
  /** Entries of this process's memory that are gone. */
  readonly local: number;
}

/** The emergency switch: what was held of signals does not exist any more, in any tier of any process (SI-7). */
@Injectable()
export class SignalFlushes {
  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: SignalNamespaces,
    @Inject(CacheOperations) private readonly operations: CacheOperations,
  ) {}

  /**
   * @throws UnknownSignalTypeError, SignalFlushInvalidError; then nothing was flushed
   * @throws DatabaseUnavailableError; then the types that came before were
   */
  async flush(question: FlushQuestion, by: OperationBy): Promise<Flushed[]> {
    const { type } = question;
    const types = type === undefined ? this.namespaces.all() : [this.namespaces.get(type)];
    const planned = planFlush(
      types.map((each) => each.type),
      question,
    );
    const flushed: Flushed[] = [];
    for (const { type: each, what } of planned) {
      const { version, local } = await this.operations.purge(each.namespace, what, by);
      flushed.push({ type: each.name, version: renderPoint(version), local });
    }
    return flushed;
  }
}
