import 'boomerangjs/boomerang.js';
import 'boomerangjs/plugins/rt.js';
import 'boomerangjs/plugins/auto-xhr.js';
import 'boomerangjs/plugins/history.js';
import 'boomerangjs/plugins/spa.js';
import 'boomerangjs/plugins/continuity.js';
import 'boomerangjs/plugins/errors.js';
import 'boomerangjs/plugins/bfcache.js';
import 'boomerangjs/plugins/eventtiming.js';
import 'boomerangjs/plugins/navtiming.js';
import 'boomerangjs/plugins/painttiming.js';
import 'boomerangjs/plugins/restiming.js';
import 'boomerangjs/plugins/compression.js';

BOOMR.init({
  beacon_url: `${receiver}/boomerang`,
  instrument_xhr: true,
  History: {enabled: true, auto: true},
  Errors: {enabled: true},
  Continuity: {enabled: true},
});
BOOMR.addVar({app: 'shop', version: '1.4.2'});
