import {describe, expect, test} from 'vitest';
import type {Edit} from './variant.js';

/** Clients that make a mistake: how each does it, and what must be changed in ours to do it too. */
export type Wrong = Record<string, readonly Edit[]>;

/**
 * Holds our client to what a naive one gets wrong. The check must pass with it, and fail with every
 * one of the clients that are changed to make the mistake: a check that cannot fail shows nothing.
 */
export function describeMistake<Client>(
  mistake: string,
  wrong: Wrong,
  load: (edits: readonly Edit[]) => Promise<Client>,
  check: (client: Client) => Promise<void> | void,
): void {
  describe(mistake, () => {
    test('is not made', async () => check(await load([])));

    test.each(Object.entries(wrong))('is noticed: %s', async (_, edits) => {
      const client = await load(edits);
      const failure = await new Promise<void>((resolve) => resolve(check(client))).catch((error: Error) => error);
      if (!failure) expect.fail('the check passes with the mistake too');
      // Of what was expected; any other error is one of the check itself.
      expect(failure).toHaveProperty('name', 'AssertionError');
    });
  });
}
