import { accessFor, roleTable } from './role-table.js';

/** So that a route of clients costs one look into a small set. */
const elsewhere = new Set(
  Object.entries(roleTable).flatMap(([route, access]) => {
    const path = route.slice(route.indexOf(' ') + 1);
    return access === 'admin' && !path.startsWith('/admin/') ? [path] : [];
  }),
);

/**
 * Operators call it, and not clients: it is limited, and each call is kept on record. All that is under `/admin/`, and
 * what an admin alone may call anywhere else.
 * @param route the path template
 */
export const isAdminRoute = (method: string, route: string): boolean =>
  route.startsWith('/admin/') || (elsewhere.has(route) && accessFor(method, route) === 'admin');
