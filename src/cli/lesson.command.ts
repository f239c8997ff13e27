import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { LessonFollower, LessonsModule, LessonsService, readLessonSpec } from '../features/lessons/index.js';
import { JobsModule } from '../platform/jobs/index.js';
import { LlmModule } from '../platform/llm/index.js';
import { LessonProgress } from './lesson-progress.js';
import { tell } from './print.js';
import { renderCost, renderLesson, renderVerdict } from './render-lesson.js';
import { withContext } from './with-context.js';

interface RunOptions {
  readonly output?: string;
  readonly json?: boolean;
}

/** The lesson goes to a file or to stdout, everything else to stderr. */
async function run(file: string, { output, json = false }: RunOptions): Promise<void> {
  const { uid } = userInfo();
  const spec = readLessonSpec(await readFile(file, 'utf8'));
  // Where it cannot be written, nothing is paid for.
  if (output !== undefined) await appendFile(output, '');
  await withContext(
    async (context) => {
      const lessons = context.get(LessonsService);
      const { id } = await lessons.order(spec, { id: `cli:${uid}`, name: `cli:${uid}`, role: 'admin' });
      tell(`lesson ${id}`);
      const cancel = () => void lessons.cancel(id).catch((error: Error) => tell(error.message));
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, cancel);
      const progress = new LessonProgress();
      for await (const event of context.get(LessonFollower).follow(id)) progress.show(event);
      progress.stop();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, cancel);
      const { result, error } = await lessons.get(id);
      if (result === null) throw new Error(error?.message ?? 'the lesson was cancelled');
      const text = json
        ? `${JSON.stringify({ id, ...result }, null, 2)}\n`
        : renderLesson(spec.title, result);
      if (output === undefined) process.stdout.write(text);
      else await writeFile(output, text);
      tell(`\n${renderVerdict(result)}\n\n${renderCost(result)}`);
    },
    [JobsModule, LlmModule, LessonsModule],
  );
}

export function addLessonCommands(program: Command): void {
  const command = program.command('lesson').description('lessons, written and judged by models');
  command
    .command('run <spec>')
    .description('write the lesson that a YAML or JSON file specifies; Ctrl-C cancels it')
    .option('-o, --output <file>', 'for the Markdown; without it, stdout')
    .option('--json', 'for programs, instead of Markdown: verdicts, cost and all')
    .action(run);
}
