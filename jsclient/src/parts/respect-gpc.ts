import type {Parts} from '../part.js';

/** The option `respectGPC`. */
export const respectGPC: Parts['respectGPC'] = ({consent, respectGPC}) =>
  respectGPC && (navigator as {globalPrivacyControl?: boolean}).globalPrivacyControl ? 'denied' : consent;
