import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LlmUpstream, simulatedLessonModel } from '../src/testing/index.js';
import { lessonSpec, LessonRig } from './support/lesson-rig.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

it('a lesson is not paid for where the file that it is to go to cannot be written (LE-7)', async () => {
  const upstream = await LlmUpstream.start({ answer: simulatedLessonModel() });
  const app = await TestApp.start({ env: { LESSON_CONCURRENCY: '0' } });
  const folder = tempFolder('lesson');
  const spec = join(folder, 'spec.json');
  writeFileSync(spec, JSON.stringify(lessonSpec));
  const settings = { DATABASE_URL: app.databaseUrl, DATA_DIR: folder, ...LessonRig.env(upstream) };
  const nowhere = join(folder, 'nowhere', 'lesson.md');
  const command = ServerProcess.cli(settings, 'lesson', 'run', spec, '-o', nowhere);
  expect(await command.exit()).toBe(1);
  expect(command.stderr).toContain(nowhere);
  expect(upstream.calls).toEqual([]);
  expect(await app.sql('SELECT id FROM lastgood.lessons')).toEqual([]);
  await app.dispose();
  await upstream.close();
});
