import { Reader, StaleWhileRevalidateCache, type LastgoodEvent, type Policy } from '../../src/core/index.js';
import {
  modelConfigDefaults,
  modelConfigNamespace,
} from '../../src/features/model-config/model-config.policy.js';
import { ModelConfigService } from '../../src/features/model-config/model-config.service.js';
import type { ProposedConfig } from '../../src/features/model-config/rows/proposed-config.js';
import type { Snapshot } from '../../src/features/model-config/snapshot/snapshot.js';
import { FakeOrigin } from '../../src/testing/fake-origin.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { PinsRig } from './pins-rig.js';
import { aJudge, aPhase, aSnapshot, validConfig } from './config-rows.js';

/** Every dimension a phase can vary in, zeros where zero is a value, and a Russian panel beside the one for any. */
export const rigConfig: ProposedConfig = {
  ...validConfig,
  phases: [
    ...validConfig.phases,
    aPhase('stage_4', { maxContextTokens: 1_000, temperature: 0 }),
    aPhase('stage_4', {
      contextTier: 'extended',
      modelId: 'b/writer',
      fallbackModelId: null,
      temperature: 0.7,
    }),
    aPhase('stage_4', { language: 'ru', temperature: 0.3 }),
    aPhase('stage_4', { courseId: 'c1', temperature: 1.5 }),
  ],
  judges: [
    ...validConfig.judges,
    aJudge('primary', 'd/judge', { language: 'ru', weight: 0.75 }),
    aJudge('secondary', 'c/judge', { language: 'ru', weight: 0.5 }),
    aJudge('tiebreaker', 'e/judge', { language: 'ru', weight: 0.25 }),
  ],
  reserves: [
    { language: 'any', reservePercent: 0.2 },
    { language: 'en', reservePercent: 0 },
  ],
};

/** The service over a reader, on an origin and a clock that do what they are told. */
export class ModelConfigRig {
  readonly clock = new VirtualClock();
  readonly origin = new FakeOrigin<Snapshot>(aSnapshot(rigConfig));
  readonly events: LastgoodEvent[] = [];
  readonly pins: PinsRig;
  readonly reader: Reader<Snapshot>;
  readonly service: ModelConfigService;

  constructor(policy: Partial<Policy> = {}) {
    const { clock, origin } = this;
    const report = (event: LastgoodEvent) => void this.events.push(event);
    this.pins = new PinsRig(clock, report);
    const cache = new StaleWhileRevalidateCache<Snapshot>({
      clock,
      policy: { ...modelConfigDefaults, jitter: 0, ...policy },
    });
    this.reader = new Reader({
      namespace: modelConfigNamespace,
      clock,
      report,
      cache,
      origin,
      random: () => 0.5,
    });
    this.service = new ModelConfigService(this.reader, report, this.pins.reads, this.pins.pinner);
  }

  eventsOf<T extends LastgoodEvent['type']>(type: T): Extract<LastgoodEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LastgoodEvent, { type: T }> => event.type === type);
  }

  /** From now on the origin gives this configuration. */
  publish(config: ProposedConfig, version: number): void {
    const value = aSnapshot(config, version);
    this.origin.answer({ value, asOf: value.asOf });
  }

  /** Runs a question whose answer waits for timers. */
  async settled<R>(question: Promise<R>, withinMs: number): Promise<R> {
    question.catch(() => undefined);
    await this.clock.advance(withinMs);
    return question;
  }
}
