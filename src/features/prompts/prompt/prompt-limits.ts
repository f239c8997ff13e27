/** What prompts may be (PR-9). Bytes are UTF-8. */
export const promptLimits = Object.freeze({
  /** Of a template, its system part included. */
  templateBytes: 65_536,
  /** Of all strings and names in a context. */
  contextBytes: 1_048_576,
  /** Values in a context, nested ones included. */
  contextValues: 100_000,
  contextDepth: 32,
  /** In a template; as many a person may set. */
  placeholders: 100,
  /** Of one setting. */
  settingBytes: 8_192,
  batch: 100,
  /** Of what is rendered. */
  promptBytes: 8_388_608,
});
