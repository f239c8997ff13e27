import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { faultsOfForm } from './faults-of-form.js';

const mostFaults = 50;

/** Tells what is wrong with a value, a line for each fault: `/price: must be number`. */
export type Check = (value: unknown) => readonly string[];

/**
 * Of a JSON Schema 2020-12. References point into the schema itself: nothing is fetched.
 * @throws Error that says what is wrong with the schema
 */
export function compileCheck(schema: Readonly<Record<string, unknown>> | null): Check {
  if (schema === null) return faultsOfForm;
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => {
    const ofForm = faultsOfForm(value);
    if (ofForm.length > 0) return ofForm;
    return validate(value) ? none : (validate.errors ?? []).slice(0, mostFaults).map(describe);
  };
}

const none: readonly string[] = Object.freeze([]);

function describe({ instancePath, message, keyword, params }: ErrorObject): string {
  const told = message ?? `must pass ${keyword}`;
  const named = (params as Record<string, unknown>)['additionalProperty'];
  const which = keyword === 'additionalProperties' ? `${told}: ${JSON.stringify(named)}` : told;
  const allowed = (params as Record<string, unknown>)['allowedValues'];
  const all = keyword === 'enum' ? `${which}: ${JSON.stringify(allowed)}` : which;
  return instancePath === '' ? all : `${instancePath}: ${all}`;
}
