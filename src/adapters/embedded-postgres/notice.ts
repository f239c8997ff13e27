/** Told what an operator should know; the caller decides how it is logged. */
export type Notice = (message: string, fields: object) => void;
