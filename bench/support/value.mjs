/** Text, numbers and a list, as configuration has them: about `bytes` of JSON, no two alike. */
export function valueOf(id, bytes) {
  return bytes <= 1_024
    ? rowOf(id, bytes)
    : { id, rows: Array.from({ length: bytes / 1_024 }, (_, i) => rowOf(i, 1_017)) };
}

function rowOf(id, bytes) {
  const row = {
    id: `phase-${id}`,
    modelId: 'vendor/some-model-2025-01',
    fallbackModelId: 'vendor/other-model-mini',
    temperature: 0.7,
    maxTokens: 8_192,
    maxContextTokens: 128_000,
    qualityThreshold: 0.85,
    maxRetries: 3,
    timeoutMs: null,
    cacheReadEnabled: true,
    languages: ['en', 'ru', 'de'],
    instructions: '',
  };
  const text = `Write the lesson numbered ${id} for its reader. `;
  const room = bytes - JSON.stringify(row).length;
  return { ...row, instructions: text.repeat(Math.ceil(room / text.length)).slice(0, room) };
}
