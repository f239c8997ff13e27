import { z } from 'zod';
import {
  libraryWrittenAnswer,
  placeholdersAnswer,
  profilesAnswer,
  settingsAnswer,
  settingsWrittenAnswer,
} from '../../src/features/prompts/people/people.answers.js';
import { byAdmin, byClient, reason, type Example } from './answer-example.js';

const person = '/api/v1/users/9223372036854775807';
const gone = `reason=${encodeURIComponent(reason)}`;

/** In this order: what one makes, a later one uses and removes. */
export const promptPeopleExamples: Example[] = [
  [
    'PUT /admin/placeholders/{name}',
    '/admin/placeholders/example',
    byAdmin('PUT', { description: 'An example', values: { one: 'the first' }, reason }),
    libraryWrittenAnswer,
    200,
  ],
  [
    'PUT /admin/profiles/{name}',
    '/admin/profiles/example',
    byAdmin('PUT', { category: 'style', description: 'An example', values: { example: 'one' }, reason }),
    libraryWrittenAnswer,
    200,
  ],
  ['GET /api/v1/placeholders', '/api/v1/placeholders', byClient, placeholdersAnswer, 200],
  ['GET /api/v1/profiles', '/api/v1/profiles', byClient, profilesAnswer, 200],
  [
    'PUT /api/v1/users/{id}/placeholders',
    `${person}/placeholders`,
    byAdmin('PUT', { placeholders: { example: 'another' } }),
    settingsWrittenAnswer,
    200,
  ],
  [
    'POST /api/v1/users/{id}/apply-profile',
    `${person}/apply-profile`,
    byAdmin('POST', { profile: 'example' }),
    settingsWrittenAnswer,
    200,
  ],
  ['GET /api/v1/users/{id}/placeholders', `${person}/placeholders`, byAdmin('GET'), settingsAnswer, 200],
  [
    'DELETE /api/v1/users/{id}/placeholders/{name}',
    `${person}/placeholders/example`,
    byAdmin('DELETE'),
    z.undefined(),
    204,
  ],
  ['DELETE /api/v1/users/{id}/placeholders', `${person}/placeholders`, byAdmin('DELETE'), z.undefined(), 204],
  [
    'DELETE /admin/profiles/{name}',
    `/admin/profiles/example?${gone}`,
    byAdmin('DELETE'),
    libraryWrittenAnswer,
    200,
  ],
  [
    'DELETE /admin/placeholders/{name}',
    `/admin/placeholders/example?${gone}`,
    byAdmin('DELETE'),
    libraryWrittenAnswer,
    200,
  ],
];
