import { z } from 'zod';
import { modelSettingsSchema, panelSettingsSchema, phaseSettingsSchema } from '../rows/config-document.js';

const reason = z.string().trim().min(3).max(500);

/** Bodies of PUT: the settings as GET gives them, and why they change. */
export const phaseEdit = z.strictObject({ settings: phaseSettingsSchema, reason });
export const panelEdit = z.strictObject({ settings: panelSettingsSchema, reason });
export const modelEdit = z.strictObject({ settings: modelSettingsSchema, reason });

export type PhaseEdit = z.infer<typeof phaseEdit>;
export type PanelEdit = z.infer<typeof panelEdit>;
export type ModelEdit = z.infer<typeof modelEdit>;
