import {safely} from './scope.js';

/**
 * A text that outlives the page and is shared with the other tabs of the origin, where the browser
 * lets us; else (blocked cookies, sandboxed frame, private mode) it lives as long as the page.
 */
export type Slot = {read: () => string | null; write: (text: string) => void};

export function openSlot(key: string): Slot {
  let memory: string | null = null;
  return {
    read: () => safely(() => localStorage.getItem(key)) ?? memory,
    write: (text) => {
      memory = text;
      safely(() => localStorage.setItem(key, text));
    },
  };
}
