import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface RunbookStep {
  readonly language: 'sh' | 'sql';
  /** One command or statement. */
  readonly text: string;
}

/** What a runbook tells to run, in its order: the lines of its `sh` blocks and the statements of its `sql` blocks. */
export function readRunbook(name: string): RunbookStep[] {
  const markdown = readFileSync(resolve('docs', 'runbooks', `${name}.md`), 'utf8');
  return [...markdown.matchAll(/^```(sh|sql)\n([\s\S]*?)^```$/gm)].flatMap(([, language, block]) =>
    block!
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((text) => ({ language: language as RunbookStep['language'], text })),
  );
}

/** As psql puts its variables in: `:"name"` as a name, `:'name'` as a text. */
export function withVariables(statement: string, variables: Readonly<Record<string, string>>): string {
  return statement.replaceAll(/:(["'])(\w+)\1/g, (_, quote: string, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`${statement}: there is no variable "${name}"`);
    return `${quote}${value}${quote}`;
  });
}
