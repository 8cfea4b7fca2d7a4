/**
 * A client that knows which of its batches were taken: what it was answered is compared with what
 * arrived. Each batch has one event, named by an id of its own.
 *
 * @param {() => string} url of the collector; it may change when that is started again
 */
export function newSender(url) {
  const taken = new Set();
  const refused = new Set();
  /** Answers that never came: the batch may have been taken or not. */
  const unanswered = new Set();
  let next = 0;
  let retryAfter;

  const body = (id) =>
    JSON.stringify([
      {
        type: 'interaction', name: 'checkout', value: 20, timestamp: Date.now(), url: 'https://shop.example/checkout',
        sessionId: 'a-session', metadata: { test_id: id },
      },
    ]);
  const bodies = new Map();

  /** Sends a batch, a new one or one of before again with the same bytes, and returns the status; 0 when there was none. */
  async function send(id = `event-${++next}`) {
    if (!bodies.has(id)) bodies.set(id, body(id));
    let status = 0;
    try {
      const response = await fetch(`${url()}/v1/rum`, { method: 'POST', body: bodies.get(id), signal: AbortSignal.timeout(10_000) });
      status = response.status;
      retryAfter = response.headers.get('retry-after') ?? retryAfter;
      await response.arrayBuffer();
    } catch {
      // the connection was refused, or it broke
    }
    for (const outcome of [taken, refused, unanswered]) outcome.delete(id);
    (status === 200 ? taken : status === 0 ? unanswered : refused).add(id);
    return status;
  }

  return { send, taken, refused, unanswered, sent: () => next, retryAfter: () => retryAfter };
}
