import { z } from 'zod';
import { reasonSchema, RequestInvalidError } from '../../../platform/http/index.js';
import {
  configDocumentSchema,
  modelSettingsSchema,
  panelSettingsSchema,
  phaseSettingsSchema,
} from '../rows/config-document.js';

const rowName = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'text without control characters');
const acceptLoss = z.boolean().default(false);

/** Bodies of PUT: the settings as GET gives them, and why they change. */
export const phaseEdit = z.strictObject({ settings: phaseSettingsSchema, reason: reasonSchema, acceptLoss });
export const panelEdit = z.strictObject({ settings: panelSettingsSchema, reason: reasonSchema, acceptLoss });
export const modelEdit = z.strictObject({ settings: modelSettingsSchema, reason: reasonSchema, acceptLoss });

export type PhaseEdit = z.infer<typeof phaseEdit>;
export type PanelEdit = z.infer<typeof panelEdit>;
export type ModelEdit = z.infer<typeof modelEdit>;

const flag = z
  .enum(['0', '1', 'true', 'false'])
  .default('0')
  .transform((text) => text === '1' || text === 'true');

/** Waits until every living instance serves the change, and counts them. */
export const waitQuery = { wait: flag };
/** A DELETE has no body: what it says of itself stands in its query. */
export const removalQuery = { ...waitQuery, reason: reasonSchema, acceptLoss: flag };

export const waiting = z.strictObject(waitQuery);
export const removing = z.strictObject(removalQuery);
export type Waiting = z.infer<typeof waiting>;
export type Removing = z.infer<typeof removing>;

export const rollbackBody = z.strictObject({
  reason: reasonSchema,
  acceptLoss,
  only: z.array(rowName).min(1).max(1_000).nullable().default(null),
});
export type RollbackBody = z.infer<typeof rollbackBody>;

/** A part of a configuration is enough to see what it would change. */
export const proposalBody = z.strictObject({
  ...configDocumentSchema.partial().shape,
  remove: z.array(rowName).max(100_000).default([]),
});
export type ProposalBody = z.infer<typeof proposalBody>;

export const importQuery = z.strictObject({
  ...waitQuery,
  reason: reasonSchema.optional(),
  replace: flag,
  dryRun: flag,
  acceptLoss: flag,
});
export type ImportQuery = z.infer<typeof importQuery>;

/**
 * A dry run needs none.
 * @throws RequestInvalidError
 */
export function requireReason(reason: string | undefined): string {
  if (reason === undefined) {
    throw new RequestInvalidError([
      { path: ['reason'], message: 'a change needs a reason, 3 to 500 characters' },
    ]);
  }
  return reason;
}
