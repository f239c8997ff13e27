import type { EntityManager } from 'typeorm';
import { analyseTemplate } from '../rendering/analyse-template.js';
import { peopleUsing, profilesUsing, templatesMentioning } from './library.sql.js';

interface Mentioning {
  readonly nodeName: string;
  readonly language: string;
  readonly version: number;
  readonly system: string | null;
  readonly body: string;
}

/** Who would miss a placeholder, as faults: templates that are served, or would be after a rollback, profiles, people. */
export async function findPlaceholderUses(
  manager: EntityManager,
  name: string,
): Promise<{ path: string; message: string }[]> {
  const mentioning = (await manager.query(templatesMentioning, [name])) as Mentioning[];
  const profiles = (await manager.query(profilesUsing, [name, []])) as { profile: string }[];
  const [{ people }] = (await manager.query(peopleUsing, [name])) as [{ people: number }];
  const staticNames = new Set([name]);
  return [
    ...mentioning
      .filter(({ system, body }) => {
        const { names, faults } = analyseTemplate({ system, body, staticNames });
        return faults.length > 0 || names.includes(name);
      })
      .map(({ nodeName, language, version }) => ({
        path: `templates.${nodeName}/${language}`,
        message: `version ${version} uses it`,
      })),
    ...profiles.map(({ profile }) => ({ path: `profiles.${profile}`, message: 'names one of its values' })),
    ...(people > 0 ? [{ path: 'people', message: `${people} have set it` }] : []),
  ];
}
