import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { faultsOfForm } from './faults-of-form.js';

const mostFaults = 50;

/** What `format` may name; zod knows these already, and an unknown one is a fault of the schema. */
const formats = {
  'date-time': z.iso.datetime({ offset: true }),
  date: z.iso.date(),
  time: z.iso.time(),
  duration: z.iso.duration(),
  uri: z.url(),
  email: z.email(),
  hostname: z.hostname(),
  uuid: z.uuid(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
};

const strictness = { strict: true, strictTypes: false, strictRequired: false, allErrors: true };

/** Holds schemas against that of all schemas, which takes far longer to compile than any of them. */
const ofSchemas = new Ajv2020(strictness);

/** Tells what is wrong with a value, a line for each fault: `/price: must be number`. */
export type Check = (value: unknown) => readonly string[];

/**
 * Of a JSON Schema 2020-12. References point into the schema itself: nothing is fetched.
 * @throws Error that says what is wrong with the schema
 */
export function compileCheck(schema: Readonly<Record<string, unknown>> | null): Check {
  if (schema === null) return faultsOfForm;
  void ofSchemas.validateSchema(schema, true);
  // Of its own, so that no schema refers to another's `$id`.
  const ajv = new Ajv2020({ ...strictness, validateSchema: false });
  for (const [name, form] of Object.entries(formats))
    ajv.addFormat(name, (text) => form.safeParse(text).success);
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
