import { z } from 'zod';
import { labelSchema, nodeNameSchema } from '../prompt/prompt-names.js';

export const versionNumber = z.int().min(1);
const minVersion = z.string().describe('`epoch:version`, what a read may name as its least version');
const key = { nodeName: nodeNameSchema, language: z.string() };

const move = z.object({
  label: labelSchema,
  version: versionNumber,
  previousVersion: versionNumber.nullable(),
});

export const versionPublicationAnswer = z.object({
  ...key,
  version: versionNumber,
  isNew: z.boolean().describe('False: the newest version says the same, and is this one'),
  moved: z.array(move).readonly().describe('The labels that moved'),
  dynamicPlaceholders: z.array(z.string()).readonly().describe('What every context has to give'),
  minVersion,
});
export type VersionPublication = Readonly<z.infer<typeof versionPublicationAnswer>>;

export const labelPublicationAnswer = z.object({
  ...key,
  label: labelSchema,
  version: versionNumber.nullable().describe('`null`: the label is gone'),
  previousVersion: versionNumber.nullable().describe('Where it stood before; `null`: nowhere'),
  minVersion,
});
export type LabelPublication = Readonly<z.infer<typeof labelPublicationAnswer>>;

export const removalPublicationAnswer = z.object({
  ...key,
  removedVersions: z.array(versionNumber),
  minVersion,
});
export type RemovalPublication = Readonly<z.infer<typeof removalPublicationAnswer>>;

export const modePublicationAnswer = z.object({
  nodeName: nodeNameSchema,
  localShare: z.number().min(0).max(1),
  minVersion,
});
export type ModePublication = Readonly<z.infer<typeof modePublicationAnswer>>;
