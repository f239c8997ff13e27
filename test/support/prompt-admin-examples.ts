import {
  previewAnswer,
  promptDiffAnswer,
  promptListAnswer,
  promptVersionAnswer,
  promptVersionsAnswer,
} from '../../src/features/prompts/publishing/prompt-catalog.answers.js';
import {
  labelPublicationAnswer,
  modePublicationAnswer,
  removalPublicationAnswer,
  versionPublicationAnswer,
} from '../../src/features/prompts/publishing/prompt-publishing.answers.js';
import { byAdmin, byViewer, reason, type Example } from './answer-example.js';

const node = '/admin/prompts/example_node';
const gone = `reason=${encodeURIComponent(reason)}`;
const first = { template: 'Sum up {{ text }} as {{ style }}', labels: ['production'], reason };

/** In this order: what one makes, a later one changes and removes. */
export const promptAdminExamples: Example[] = [
  [
    'POST /admin/prompts/{node}/versions',
    `${node}/versions`,
    byAdmin('POST', first),
    versionPublicationAnswer,
    201,
  ],
  [
    'POST /admin/prompts/{node}/versions',
    `${node}/versions`,
    byAdmin('POST', first),
    versionPublicationAnswer,
    200,
  ],
  [
    'POST /admin/prompts/{node}/versions',
    `${node}/versions`,
    byAdmin('POST', { ...first, system: 'You are brief.', labels: [] }),
    versionPublicationAnswer,
    201,
  ],
  ['GET /admin/prompts', '/admin/prompts', byViewer, promptListAnswer, 200],
  ['GET /admin/prompts/{node}', node, byViewer, promptVersionsAnswer, 200],
  ['GET /admin/prompts/{node}/versions/{version}', `${node}/versions/2`, byViewer, promptVersionAnswer, 200],
  ['GET /admin/prompts/{node}/diff', `${node}/diff?from=1&to=2`, byViewer, promptDiffAnswer, 200],
  [
    'POST /admin/prompts/preview',
    '/admin/prompts/preview',
    byAdmin('POST', {
      nodeName: 'example_node',
      version: 2,
      placeholders: { style: 'a list' },
      context: { text: 'a text' },
    }),
    previewAnswer,
    200,
  ],
  [
    'PUT /admin/prompts/{node}/labels/{label}',
    `${node}/labels/production`,
    byAdmin('PUT', { version: 2, reason }, { 'if-match': '"1"' }),
    labelPublicationAnswer,
    200,
  ],
  [
    'DELETE /admin/prompts/{node}/labels/{label}',
    `${node}/labels/production?${gone}`,
    byAdmin('DELETE'),
    labelPublicationAnswer,
    200,
  ],
  [
    'PUT /admin/prompts/{node}/mode',
    `${node}/mode`,
    byAdmin('PUT', { localShare: 0.25, reason }),
    modePublicationAnswer,
    200,
  ],
  ['DELETE /admin/prompts/{node}', `${node}?${gone}`, byAdmin('DELETE'), removalPublicationAnswer, 200],
];
