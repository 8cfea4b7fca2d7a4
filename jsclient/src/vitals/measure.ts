import type {Page, Recorded, VitalEvent, VitalName} from '../events.js';
import type {Stop} from '../scope.js';
import type {Readers, VitalView} from './vital.js';

type Report = VitalEvent & {time: number};
/** The values that are known, or those that were sent last. */
type Reports = {[name in VitalName]?: Recorded & {event: Report}};

/** The vitals of a page view: those that are new, what to do when they are on their way, and the end. */
export type Measured = {_pull: () => Recorded[]; _sent: Stop; _stop: Stop};

/**
 * Reports the vitals of a page view with the route on which they occurred, under the id and the type of the page on which the view
 * began, unless it has its own.
 */
export function measure({pageAt}: {pageAt: (time: number) => Page}, view: VitalView, readers: Readers, own: Pick<Page, 'id' | 'type'> = pageAt(view._start)): Measured {
  const began = pageAt(view._start);
  const known: Reports = {};
  const sent: Reports = {};

  return {
    /** The values that have changed since they were last sent. A value that stays is the same event. */
    _pull() {
      view._take();
      return (Object.entries(readers) as [VitalName, Readers[VitalName]][]).flatMap(([name, read]) => {
        // A page that was never painted was never seen to shift.
        const reading = name != 'CLS' || readers.FCP() ? read?.() : undefined;
        const last = sent[name];
        if (reading && reading.value !== known[name]?.event.value) {
          const event: Report = {kind: 'vital', name, ...reading};
          const page = pageAt(reading.time);
          if (page != began || own.id != began.id) {
            event.id = own.id + '.' + name.toLowerCase();
            event.navigationType = own.type;
          }
          if (last) event.delta = reading.value - last.event.value;
          known[name] = {event, page};
        }
        return known[name] != last ? known[name]! : [];
      });
    },
    _sent() {
      Object.assign(sent, known);
    },
    _stop: view._stop,
  };
}
