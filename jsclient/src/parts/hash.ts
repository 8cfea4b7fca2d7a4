import type {Parts} from '../part.js';

/** The option `hash`: the path in the hash of an address, `#/orders/1`; never what comes after it. */
export const hash: Parts['hash'] = ({hash}, address) => (hash && /#!?\/[^?]{0,500}/.exec(address)?.[0]) || '';
