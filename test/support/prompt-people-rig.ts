import { SignJWT } from 'jose';
import type { Role } from '../../src/platform/security/index.js';
import type { Answer, Ask, Json } from './http-client.js';
import type { TestApp } from './test-app.js';
import { audience, claimsOf, issuer } from './token-issuer.js';

const secret = 'a secret of the people, 32 bytes and more';

/** With it, an app takes the tokens of `tokenOf`. */
export const peopleEnv = { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience };

/** A person's own token. */
export const tokenOf = (sub: string, role: Role = 'client'): Promise<string> =>
  new SignJWT(claimsOf({ sub, role })).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));

export const personPath = (id: string, rest = 'placeholders') =>
  `/api/v1/users/${encodeURIComponent(id)}/${rest}`;

/** Asks as the person themselves. */
export async function askAs<B = Json>(
  app: TestApp,
  person: string,
  path: string,
  ask: Ask = {},
): Promise<Answer<B>> {
  const authorization = `Bearer ${await tokenOf(person)}`;
  return app.ask<B>(path, { ...ask, as: null, headers: { authorization, ...ask.headers } });
}

/** What a person set, as they are told. */
export const settingsOf = async (app: TestApp, id: string): Promise<unknown> =>
  (await askAs(app, id, personPath(id))).body.placeholders;

/** What is answered to a change of settings, or instead of it. */
export interface SettingsPut {
  readonly user_id: string;
  readonly placeholders: Readonly<Record<string, string>>;
  readonly min_version: string;
  readonly served: boolean;
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly message: string }[];
}

export const putSettings = (app: TestApp, id: string, placeholders: object): Promise<Answer<SettingsPut>> =>
  askAs<SettingsPut>(app, id, personPath(id), { method: 'PUT', body: { placeholders } });

/** Makes the placeholders `tone`, `depth` and `greeting`, and the profiles `tutor` and `plain`. */
export async function fillPeopleLibrary(app: TestApp): Promise<void> {
  await app.sql(`
    INSERT INTO lastgood.placeholders VALUES ('tone', 'How it sounds'), ('depth', 'How deep it goes'), ('greeting', 'x');
    INSERT INTO lastgood.placeholder_values VALUES ('tone', 'warm', 'warm and patient'), ('tone', 'dry', 'dry and exact'),
      ('depth', 'deep', 'down to the ground');
    INSERT INTO lastgood.profiles VALUES ('tutor', 'style', 'A patient tutor'), ('plain', 'style', 'No frills');
    INSERT INTO lastgood.profile_values VALUES ('tutor', 'tone', 'warm'), ('tutor', 'depth', 'deep'), ('plain', 'tone', 'dry')`);
}

/** The version of the stream of prompts in the database. */
export async function promptsVersion(app: TestApp): Promise<number> {
  const [row] = await app.sql<{ version: number }>(
    `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'prompts'`,
  );
  return row!.version;
}
