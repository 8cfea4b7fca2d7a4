import type {Recorder} from '../recorder.js';

/** Says once what beforeSend returns that is neither an event nor a decision, such as a promise. */
export function beforeSendCheck({settings}: Recorder): void {
  const {beforeSend} = settings;
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
