import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { parsePoint } from '../../../core/index.js';
import { InstancesService } from '../../../platform/cluster/index.js';
import { modelConfigNamespace } from '../model-config.policy.js';
import type { Publication, Reach } from './publication.js';

/** How long `?wait=1` waits for every instance. */
const everywhereWithinMs = 5_000;

export type Answered = Publication & { readonly instances?: Reach | null };

/** Tells of a change that was made. */
@Injectable()
export class PublicationAnswers {
  constructor(@Inject(InstancesService) private readonly instances: InstancesService) {}

  /** What was put can be put again: its new ETag goes along. 201 for what did not exist. */
  async give(
    publication: Publication,
    reply: FastifyReply,
    { isNew = false, wait }: { isNew?: boolean; wait: boolean },
  ): Promise<Answered> {
    const { rowVersion, replayed } = publication;
    if (rowVersion !== null) reply.header('etag', `"${rowVersion}"`);
    if (replayed) reply.header('idempotency-replayed', 'true');
    if (isNew) reply.status(HttpStatus.CREATED);
    return wait ? { ...publication, instances: await this.reach(publication) } : publication;
  }

  /** `null` when that cannot be told: the change itself was committed. */
  private async reach({ minVersion }: Publication): Promise<Reach | null> {
    try {
      const serving = await this.instances.whenServed(
        modelConfigNamespace,
        parsePoint(minVersion)!,
        everywhereWithinMs,
      );
      return { ...serving, summary: `${serving.serving}/${serving.live} in ${serving.ms} ms` };
    } catch {
      return null;
    }
  }
}
