import { Inject, Injectable } from '@nestjs/common';
import { capFaults } from '../../../core/index.js';
import { ModelConfigService } from '../model-config.service.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import type { Fault } from '../validation/fault.js';
import type { Proposal } from './change-request.js';
import type { RowChange } from './diff-config.js';
import { planChange } from './plan-change.js';

/** What a change would do. */
export interface PlannedChange {
  /** Of the configuration that it was held against: what a change that relies on this plan expects to find. */
  readonly version: number;
  readonly valid: boolean;
  readonly changes: readonly RowChange[];
  /** What is wrong with what would then stand; the first of it, where that is very much. */
  readonly faults: readonly Fault[];
}

/** The dry run of any change, over what this process serves: it needs no database (MC-15, MC-17). */
@Injectable()
export class ConfigPlanner {
  constructor(@Inject(ModelConfigService) private readonly service: ModelConfigService) {}

  async plan(propose: (standing: ConfigRows) => Proposal, acceptLoss = false): Promise<PlannedChange> {
    const { data } = await this.service.list();
    const standing = rowsOf(data);
    const { diff, faults } = planChange(standing, propose(standing), { acceptLoss });
    return {
      version: data.asOf.version,
      valid: faults.length === 0,
      changes: diff.changes,
      faults: capFaults(faults),
    };
  }
}
