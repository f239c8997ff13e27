import { z } from 'zod';
import { setting } from './setting.js';
import { hostPorts, secretTable } from './setting-forms.js';

/** Where signals come from. */
export const signalEnvironment = {
  RUNTIME_CONFIG: setting(
    z.string().min(1).optional(),
    'File that says which kinds of signals there are (`docs/signals.md`); without it, that of the package',
    'config/runtime.yml',
  ),
  SIGNALS_ALLOWED_HOSTS: setting(
    hostPorts.default([]),
    'Private addresses that signals may be fetched from, each exactly as `host:port` in the URL, with commas between them; for these, `http://` is allowed too',
    'none',
  ),
  SIGNALS_SECRETS: setting(
    secretTable.default({}),
    'JSON object of secrets by name, for the headers in `RUNTIME_CONFIG` that ask for `{ secret: name }`',
    'none',
  ),
};
