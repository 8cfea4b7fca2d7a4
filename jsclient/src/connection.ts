import type {Connection} from './wire.js';

/** https://wicg.github.io/netinfo/ — Chromium only. */
type NetworkInformation = {
  type?: string;
  effectiveType?: string;
  rtt?: number;
  downlink?: number;
  saveData?: boolean;
};

/** What the browser tells of its connection, as it is now. */
export function connection(): Connection | undefined {
  const info = (navigator as {connection?: NetworkInformation}).connection;
  if (!info) return;
  return {type: info.type, eff: info.effectiveType, rtt: info.rtt, down: info.downlink, save: info.saveData || undefined};
}
