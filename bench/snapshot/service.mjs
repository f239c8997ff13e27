// The service at a given size: its warm reads, and publishing through the whole application.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigPublisher, ModelConfigModule } from '../../dist/src/features/model-config/index.js';
import { ModelConfigService } from '../../dist/src/features/model-config/model-config.service.js';
import { parseConfig } from '../../dist/src/platform/config/index.js';
import { handWrittenOver } from '../reads/contenders.mjs';
import { readerOf } from '../reads/rig.mjs';
import { alternate } from '../support/alternate.mjs';

/** Every phase of every course in random order (at most 20,000), against a hand-written get over a Map of as many. */
export async function readOf(snapshot) {
  const { reader } = await readerOf(new Map([['snapshot', snapshot]]));
  const service = new ModelConfigService(reader, () => undefined);
  const courses = snapshot.courses.size > 0 ? [...snapshot.courses.keys()] : ['no-such-course'];
  const keys = courses.flatMap((courseId) =>
    [...snapshot.global.keys()].map((phase) => ({
      phase,
      query: { courseId },
      flat: `${courseId}/${phase}`,
    })),
  );
  const entries = new Map(keys.map(({ flat }) => [flat, { value: { flat }, storedAt: Date.now() }]));
  const floor = handWrittenOver(entries);
  return alternate(
    ({ flat }) => floor(flat),
    ({ phase, query }) => service.getModelForPhase(phase, query),
    shuffled(keys).slice(0, 20_000),
  );
}

function shuffled(items) {
  return items
    .map((item) => [Math.random(), item])
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Milliseconds of an edit of one row until this process serves it; or why it cannot be served at all. */
export async function publishMs(url, repeats) {
  const settings = parseConfig({ DATABASE_URL: url, LOG_LEVEL: 'silent' });
  let app;
  try {
    app = await NestFactory.createApplicationContext(ModelConfigModule.forRoot(settings), {
      logger: false,
      abortOnError: false,
    });
  } catch (error) {
    return { refused: error.code ?? error.name };
  }
  const publisher = app.get(ConfigPublisher);
  const key = { phase: 'stage_1', courseId: null, language: 'any', contextTier: 'standard' };
  const row = {
    modelId: 'a/writer',
    fallbackModelId: 'b/writer',
    maxTokens: 8_192,
    maxContextTokens: 128_000,
    qualityThreshold: null,
    maxRetries: 3,
    timeoutMs: null,
    cacheReadEnabled: false,
  };
  const actor = { id: 'bench', name: 'bench', role: null, ip: null };
  const edit = { kind: 'edit', call: { actor, action: 'bench', requestId: null }, reason: 'measured' };
  const taken = [];
  let served = 0;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    const publication = await publisher.putPhase(key, { ...row, temperature: i / 10 }, 'present', edit);
    taken.push(performance.now() - start);
    served += publication.served ? 1 : 0;
  }
  await app.close();
  return { ms: Math.min(...taken), served, repeats };
}
