/** Random bytes as lower-case hex. Ids only have to be distinct; they protect nothing. */
export function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => (byte + 256).toString(16).slice(1)).join('');
}
