import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { authorOf, callOf } from '../../../platform/audit/index.js';
import { Answers, BodyLimit, reasonSchema } from '../../../platform/http/index.js';
import { operatorDocumentSchema, type OperatorDocument } from './operator-document.js';
import { OperatorSnapshots, type ServedSnapshot } from './operator-snapshots.service.js';

/** Some 40,000 rows. */
const snapshotBytes = 16 * 1_024 * 1_024;

// What it holds is told apart by whoever reads it: of an altered file the signature is what matters, not the field.
const loadBody = z.strictObject({
  reason: reasonSchema,
  snapshot: z.record(z.string(), z.unknown()).describe('As `GET /admin/config/snapshot` answers it'),
});

export const servedAnswer = z.object({
  version: z.string().describe('`epoch:version`'),
  snapshotId: z.string(),
  outlastsRestart: z.boolean().describe('`false`: this process keeps nothing on disk'),
}) satisfies z.ZodType<ServedSnapshot>;

/** A configuration that operators carry from one process to another, also while the database is away (OP-13). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/config/snapshot')
export class AdminSnapshotController {
  constructor(@Inject(OperatorSnapshots) private readonly snapshots: OperatorSnapshots) {}

  @Get()
  @ApiOperation({ summary: 'What this process serves, signed by SNAPSHOT_SECRET; needs no database' })
  @Answers(operatorDocumentSchema)
  export(): Promise<OperatorDocument> {
    return this.snapshots.export();
  }

  @Post()
  @BodyLimit(snapshotBytes)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Freezes the configuration of this process and serves this snapshot, newer or not',
  })
  @Answers(servedAnswer)
  load(
    @Body({ schema: loadBody }) { snapshot, reason }: z.infer<typeof loadBody>,
    @Req() request: FastifyRequest,
  ): Promise<ServedSnapshot> {
    return this.snapshots.load(snapshot, { by: authorOf(callOf(request).actor), reason });
  }
}
