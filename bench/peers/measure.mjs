// One case of one library in a process of its own: what V8 learns of one is not spent on another.
import { cases } from './cases/index.mjs';
import { libraryOf } from './libraries/index.mjs';

// Who measures was ended: so are we, and the servers that we started.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const [name, library] = process.argv.slice(2);
const result = await cases[name].measure(libraryOf(library));
process.removeAllListeners('disconnect');
process.send({ result }, () => process.exit());
