/** What a {@link CatalogUpstream} says to a request. */
export interface CatalogAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

const sayings: Readonly<Record<number, string>> = { 401: 'unauthorized', 404: 'not_found' };

export const answerJson = (status: number, value: unknown): CatalogAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

export const answerFault = (status: number): CatalogAnswer =>
  answerJson(status, { error: sayings[status] ?? `status_${status}` });
