/** Random lower-case hex digits. Ids only have to be distinct; they protect nothing. */
export function randomHex(digits: number): string {
  return crypto.getRandomValues(new Uint8Array(digits)).reduce((text, byte) => text + (byte % 16).toString(16), '');
}
