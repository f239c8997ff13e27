#!/usr/bin/env node
import 'reflect-metadata';
import { createProgram } from './create-program.js';
import { exitCodes } from './exit-codes.js';
import { isUnreachable } from './is-unreachable.js';

// Who stops reading, as `head` does, is no reason to end what was begun, nor to fail.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// Every timer of the services lets a process end; a command under way does not.
const working = setInterval(() => undefined, 60_000);
try {
  await (await createProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isUnreachable(error) ? exitCodes.unreachable : exitCodes.failed;
} finally {
  clearInterval(working);
}
