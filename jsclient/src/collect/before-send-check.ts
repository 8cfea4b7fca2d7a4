import type {Recorder} from '../recorder.js';

/** Says what cannot be used as `beforeSend` or `resourceFilter`, and once what beforeSend returns that is neither an event nor a decision, such as a promise. */
export function beforeSendCheck({settings}: Recorder): void {
  const {beforeSend, resourceFilter} = settings;
  if (resourceFilter && typeof resourceFilter != 'function') {
    console.warn('[rum] cannot use resourceFilter', resourceFilter);
    settings.resourceFilter = undefined;
  }
  // Nothing is sent then: it may have been meant to take something out.
  if (beforeSend && typeof beforeSend != 'function') return console.warn('[rum] sends nothing, cannot use beforeSend', beforeSend);
  let said = false;
  if (beforeSend)
    settings.beforeSend = (event, page) => {
      const answer = beforeSend(event, page);
      if (!said && answer && answer !== true && !answer.kind) {
        said = true;
        console.warn('[rum] beforeSend returned no event:', answer);
      }
      return answer;
    };
}
