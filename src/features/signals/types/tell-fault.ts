/** Tells a fault of one type: where in it, and what is wrong there. */
export type TellFault = (path: string, message: string) => void;
