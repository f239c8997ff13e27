// One comparison in a process of its own: what V8 learns of one contender is not spent on another.
import { alternate } from '../support/alternate.mjs';
import { comparisons } from './comparisons.mjs';
import { phases } from './contenders.mjs';

const [index, keys] = process.argv.slice(2);
const { floor, ours } = comparisons[Number(index)];
const result = await alternate(await floor(), await ours(), keys === 'one' ? phases.slice(0, 1) : phases);
process.send(result, () => process.exit());
