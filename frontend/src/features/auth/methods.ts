import type { Schema } from '../../api/schemas';

/** The ways in which a half sign-in can be completed. */
export type Method = Schema['MfaRequired']['methods'][number];

/** A half sign-in: the password was right. */
export type HalfSignIn = { challenge: string; methods: Method[] };
