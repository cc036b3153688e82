/**
 * The portals to test, as JSON in `E2E_PORTALS`: what differs between them, as variables. Without
 * it there is one, as `make run` starts it, and its variables are set by hand.
 */
type Portal = Record<string, string>;

const ONE: Portal = { E2E_BASE_URL: process.env.E2E_BASE_URL ?? 'http://127.0.0.1:8000' };

export const portals: Portal[] = process.env.E2E_PORTALS
  ? JSON.parse(process.env.E2E_PORTALS)
  : [ONE];

/** Sets the variables of one portal, and which one it is. */
export function workOn(index: number): void {
  Object.assign(process.env, portals[index], { E2E_PORTAL: String(index) });
}
