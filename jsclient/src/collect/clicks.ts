import {nodeType, ofElement} from '../dom.js';
import type {RUMEvent} from '../events.js';
import type {Recorder} from '../recorder.js';
import {selectorOf} from '../selector.js';

/** Clicks, by selector and tag, never by text, which may be personal. `frustration` judges them before the report. */
export function clicks({record, listen, _hooks: hooks}: Recorder): void {
  listen<MouseEvent>(window, 'click', (event) => {
    const path = event.composedPath();
    // In a shadow tree the event's own target is only the host.
    const target = path[0] as Element;
    if (nodeType(target) != 1) return;
    const click: RUMEvent = {kind: 'click', time: event.timeStamp, selector: selectorOf(target), tag: ofElement('localName', target)};
    if (hooks._judge) hooks._judge(click, event, path);
    else record(click);
  });
}
