/** What the client may cost, apart from its size; see scripts/size.mjs for that. */

/** The scripted visit: bytes of all bodies, and requests, none of them a preflight. */
export const MAX_BODY_BYTES = 1_600;
export const POSTS = 1;

/** CPU time of evaluation and init, as a multiple of what web-vitals alone takes in the same run. */
export const MAX_CPU_RATIO = 2;

/** Tasks of the page that are long because of the client. */
export const MAX_LONG_TASKS = 0;
