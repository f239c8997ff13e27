import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parsePoint } from '../../core/index.js';
import { InstancesService, type Instance } from '../../platform/cluster/index.js';
import { Answers } from '../../platform/http/index.js';
import { clusterAnswer, type ClusterView } from './cluster.answers.js';

/** Who serves what, as each process tells of itself (OP-13). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/cluster')
export class ClusterController {
  constructor(@Inject(InstancesService) private readonly instances: InstancesService) {}

  @Get()
  @ApiOperation({ summary: 'Every instance: its state, and how far it has applied each stream' })
  @Answers(clusterAnswer)
  async list(): Promise<ClusterView> {
    const self = this.instances.self();
    const told = await this.instances.list().catch(() => null);
    const all = [...(told ?? []).filter(({ id }) => id !== self.id), self];
    const source = told === null ? 'self' : 'database';
    return { source, instances: all.map((instance) => ({ ...instance, lag: lagOf(instance, all) })) };
  }
}

function lagOf({ applied }: Instance, all: readonly Instance[]): Record<string, number | null> {
  const live = all.filter(({ isLive }) => isLive);
  return Object.fromEntries(
    Object.entries(applied).map(([stream, text]) => {
      const own = parsePoint(text);
      const points = live.map((each) => parsePoint(each.applied[stream] ?? ''));
      const epochs = points.filter((point) => point !== null && point.epoch === own?.epoch);
      if (own === null || epochs.length === 0) return [stream, null];
      return [stream, Math.max(...epochs.map((point) => point!.version)) - own.version];
    }),
  );
}
