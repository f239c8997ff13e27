/**
 * `client` calls the APIs; `viewer` also reads admin; `editor` also changes phases; `writer` pushes signals; `admin` all.
 */
export const roles = ['client', 'viewer', 'editor', 'writer', 'admin'] as const;
export type Role = (typeof roles)[number];

const grants: Readonly<Record<Role, readonly Role[]>> = {
  client: roles,
  viewer: ['viewer', 'editor', 'admin'],
  editor: ['editor', 'admin'],
  writer: ['writer', 'admin'],
  admin: ['admin'],
};

/** Whether somebody with the role `held` may do what asks for `required`. */
export function allows(held: Role, required: Role): boolean {
  return grants[required].includes(held);
}
