import {chromium} from './chromium.js';
import {firefox} from './firefox.js';
import {webkit} from './webkit.js';

export const engines = {chromium, firefox, webkit};
