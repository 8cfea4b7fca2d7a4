// The library is no module: its build puts the scripts one after the other, as the page here has them before this one.
BOOMR.init({
  beacon_url: `${receiver}/boomerang`,
  autorun: false, // as its documentation has it for applications of one page
  instrument_xhr: true,
  History: {enabled: true, auto: true},
  Continuity: {enabled: true},
  // Fetches, requests that change nothing on the page, and errors after the load, which are off by default.
  AutoXHR: {monitorFetch: true, xhrRequireChanges: false},
  Errors: {enabled: true, sendAfterOnload: true},
});
BOOMR.addVar({app: 'shop', version: '1.4.2'});
