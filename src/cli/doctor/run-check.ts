import { describeCause } from '../describe-cause.js';
import { fail, type Finding, type Found } from './finding.js';

const answersWithinMs = 2_000;

interface Check {
  readonly name: string;
  /** Lets go of everything once the signal says so. */
  readonly look: (signal: AbortSignal) => Promise<Found>;
  /** What to do where it fails in a way that it did not foresee, or gives no answer. */
  readonly advice: string;
}

/** Ends within 2 s, whatever it looks at; its failure is a finding. */
export async function runCheck({ name, look, advice }: Check): Promise<Finding> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(
      () => resolve(fail(`no answer within ${answersWithinMs / 1_000} s`, advice)),
      answersWithinMs,
    );
  });
  const looked = look(over.signal).catch((error: unknown) => fail(describeCause(error), advice));
  const found = await Promise.race([looked, late]);
  clearTimeout(timer);
  over.abort();
  return { check: name, ...found, message: found.message.trim().replaceAll(/:?\s*\n\s*/g, '; ') };
}
