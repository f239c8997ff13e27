import { z } from 'zod';
import { configRowsAnswer } from '../reading/config-rows.answers.js';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

export const documentFormat = 'lastgood-snapshot';
export const formatVersion = 1;

/** What a snapshot's file says besides its signature. */
export const unsignedDocumentSchema = z.strictObject({
  format: z.literal(documentFormat),
  formatVersion: z.literal(formatVersion),
  namespace: z.string(),
  version: z.string().describe('`epoch:version`'),
  changeId: z.string().min(1).max(100),
  confirmedAt: z.iso
    .datetime()
    .describe('When the database last confirmed it, as far as the exporting process knew'),
  exportedAt: z.iso.datetime(),
  content: configRowsAnswer,
  sha256: hex64.describe('Of the content as canonical JSON'),
});

/** A configuration that operators carry from one process to another. */
export const operatorDocumentSchema = unsignedDocumentSchema.extend({
  signature: hex64.describe('HMAC-SHA256 by SNAPSHOT_SECRET over all else as canonical JSON'),
});

export type UnsignedDocument = Readonly<z.infer<typeof unsignedDocumentSchema>>;
export type OperatorDocument = Readonly<z.infer<typeof operatorDocumentSchema>>;
