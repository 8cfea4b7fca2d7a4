import type {Recorder} from '../recorder.js';

/** https://wicg.github.io/netinfo/ — Chromium only. */
type NetworkInformation = {
  type?: string;
  effectiveType?: string;
  rtt?: number;
  downlink?: number;
  saveData?: boolean;
};

/** Tells the browser's language, and of each batch what connection it was made on. */
export function surroundings({shared, onFlush}: Recorder): void {
  onFlush(() => {
    shared.lang = navigator.language;
    const info = (navigator as {connection?: NetworkInformation}).connection;
    if (!info) return;
    const {type, effectiveType: eff, rtt, downlink: down, saveData} = info;
    shared.conn = {type, eff, rtt, down, save: saveData || undefined};
  });
}
